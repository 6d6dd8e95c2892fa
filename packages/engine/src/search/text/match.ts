import type { Phrase, Sought } from './query.ts';
import { type Token, tokensOf } from './tokens.ts';

/** Where something stands in a text: `[start, end)` in UTF-16 code units, as `String.slice` takes them. */
export type Range = [start: number, end: number];

const mostRanges = 100;

/**
 * Where a query's words and phrases stand in a text, in order and without overlaps, a hundred of them at most; null when the
 * text is not one of those that are looked for.
 */
export function matchIn(text: string, phrases: readonly Phrase[]): Range[] | null {
  const tokens = tokensOf(text);
  const ranges: Range[] = [];
  for (const { excluded, tokens: sought } of phrases) {
    const found = occurrences(tokens, sought);
    if (excluded === found.length > 0) return null;
    ranges.push(...found);
  }
  return merged(ranges).slice(0, mostRanges);
}

function occurrences(tokens: readonly Token[], sought: readonly Sought[]): Range[] {
  const found: Range[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const range = rangeAt(tokens, sought, at);
    if (range !== null) found.push(range);
  }
  return found;
}

function rangeAt(tokens: readonly Token[], sought: readonly Sought[], at: number): Range | null {
  let range: Range | null = null;
  for (const { text, prefix, place } of sought) {
    const token = tokens[at + place];
    if (token === undefined || !(prefix ? token.text.startsWith(text) : token.text === text)) return null;
    // The beginning of a pair is one character of it.
    const end = prefix ? token.firstEnd : token.end;
    range = [range?.[0] ?? token.start, end];
  }
  return range;
}

function merged(ranges: readonly Range[]): Range[] {
  const apart: Range[] = [];
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = apart.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else apart.push([start, end]);
  }
  return apart;
}
