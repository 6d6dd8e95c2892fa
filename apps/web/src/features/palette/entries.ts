import type { ReactNode } from 'react';

/** Something that can be found, and where it leads. */
export interface Entry {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  readonly picture: ReactNode;
  readonly run: () => void;
}

/**
 * Those whose title or detail has all words of a query in it, in any order; the ones that begin with it first. All of them
 * for an empty query.
 */
export function matching<T extends { readonly title: string; readonly detail: string }>(
  entries: readonly T[],
  query: string,
): T[] {
  const plain = plainOf(query);
  const words = plain.split(/\s+/).filter((word) => word !== '');
  const found = entries.filter(({ title, detail }) => {
    const text = plainOf(`${title} ${detail}`);
    return words.every((word) => text.includes(word));
  });
  const begins = (entry: T) => plainOf(entry.title).startsWith(plain);
  return plain === '' ? found : [...found.filter(begins), ...found.filter((entry) => !begins(entry))];
}

/** Without case and accents. */
function plainOf(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().trim();
}
