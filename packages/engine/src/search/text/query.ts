import { limits } from '@parley/contract';
import { tokensOf } from './tokens.ts';

/** One token that is looked for, at a distance from the one before it in its phrase. */
export interface Sought {
  readonly text: string;
  /** Whether it is only the beginning of a token. */
  readonly prefix: boolean;
  /** Places behind the first token of the phrase. */
  readonly place: number;
}

/** What has to be in a text, or must not be. A word that stands for several tokens is a phrase, too. */
export interface Phrase {
  readonly excluded: boolean;
  readonly tokens: readonly Sought[];
}

const parts = /(-*)(?:["“”„«»]([^"“”„«»]*)["“”„«»]?|([^\s"“”„«»]+))/g;

/**
 * What somebody typed: words, which all have to be there, "phrases in quotes", and -words that must not be. The last word,
 * unless a space follows it, is one that is still being typed. Whatever else stands there only separates words.
 */
export function parseQuery(q: string): Phrase[] {
  const phrases: Phrase[] = [];
  for (const [whole, hyphens = '', quoted, word] of q.matchAll(parts)) {
    const typing = word !== undefined && q.endsWith(whole);
    const tokens = soughtIn(quoted ?? word ?? '', typing && hyphens === '');
    if (tokens.length > 0) phrases.push({ excluded: hyphens !== '', tokens });
  }
  return phrases;
}

function soughtIn(text: string, typing: boolean): Sought[] {
  const tokens = tokensOf(text);
  return tokens.flatMap(({ kind, text: token }, place) => {
    // The text may go on where the query ends, so there the last character need not be the last of its run.
    if (kind === 'last') return [];
    const prefix = kind === 'single' || (kind === 'word' && typing && place === tokens.length - 1);
    return { text: token, prefix, place };
  });
}

/** Whether the query asks for more words and phrases than are looked for at once. */
export function isTooLong(phrases: readonly Phrase[]): boolean {
  return phrases.length > limits.searchWords;
}
