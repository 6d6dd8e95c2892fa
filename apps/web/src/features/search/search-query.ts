/** Something that what is found is kept to, as it was typed: `from:ada`, `in:"Moon landing"`, `before:2026-01-31`. */
export interface SearchFilter {
  readonly name: 'from' | 'in' | 'before' | 'after';
  readonly value: string;
  /** As it stands in the text. */
  readonly typed: string;
}

/** What one types to search: words, and filters among them. */
export interface SearchQuery {
  readonly words: string;
  readonly filters: readonly SearchFilter[];
}

const pattern = /(?<=^|\s)(?<name>from|in|before|after):(?:"(?<quoted>[^"]*)"|(?<plain>[^\s"]+))(?=\s|$)/gi;
const day = /^\d{4}-\d{2}-\d{2}$/;

/** Takes the filters out of what was typed. What looks like one and means nothing stays a word. */
export function searchQueryOf(text: string): SearchQuery {
  const found = [...text.matchAll(pattern)].flatMap((match) => filterOf(match) ?? []);
  const words = found.reduce((rest, { typed }) => rest.replace(typed, ''), text);
  return { words: words.replaceAll(/\s+/g, ' ').trimStart(), filters: found };
}

function filterOf({ 0: typed, groups = {} }: RegExpExecArray): SearchFilter | null {
  const trimmed = (groups['quoted'] ?? groups['plain'] ?? '').trim();
  switch (groups['name']?.toLowerCase()) {
    case 'from':
      return trimmed === '' ? null : { name: 'from', value: trimmed.replace(/^@/, ''), typed };
    case 'in':
      return trimmed === '' ? null : { name: 'in', value: trimmed, typed };
    case 'before':
      return isDay(trimmed) ? { name: 'before', value: trimmed, typed } : null;
    case 'after':
      return isDay(trimmed) ? { name: 'after', value: trimmed, typed } : null;
    default:
      return null;
  }
}

function isDay(text: string): boolean {
  return day.test(text) && !Number.isNaN(Date.parse(text));
}

/** What was typed, without one of its filters. */
export function withoutFilter(text: string, { typed }: SearchFilter): string {
  return text.replace(typed, '').replaceAll(/\s+/g, ' ').trim();
}

/** When a day begins, where the reader is. */
export function startOfDay(value: string): string {
  return new Date(`${value}T00:00:00`).toISOString();
}
