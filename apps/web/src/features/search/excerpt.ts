/** A stretch of what was found, and whether it is one of the words that were searched for. */
export interface Piece {
  readonly text: string;
  readonly hit: boolean;
}

/** So much is shown before the first hit, and so much in all, in UTF-16 code units. */
const BEFORE = 60;
const ALL = 240;

/** The part of a text around the first of its hits, in pieces. */
export function excerptOf(content: string, highlights: readonly (readonly [number, number])[]): Piece[] {
  const first = highlights[0]?.[0] ?? 0;
  const start = first > BEFORE ? wordStart(content, first - BEFORE) : 0;
  const end = Math.min(content.length, start + ALL);
  const pieces: Piece[] = [];
  let done = start;
  const add = (upTo: number, hit: boolean) => {
    if (upTo > done) pieces.push({ text: content.slice(done, upTo), hit });
    done = Math.max(done, upTo);
  };
  for (const [from, to] of highlights) {
    if (from >= end) break;
    add(from, false);
    add(Math.min(to, end), true);
  }
  add(end, false);
  if (start > 0) pieces.unshift({ text: '…', hit: false });
  if (end < content.length) pieces.push({ text: '…', hit: false });
  return pieces;
}

/** Where the next word begins. */
function wordStart(content: string, from: number): number {
  const space = content.indexOf(' ', from);
  return space === -1 || space > from + BEFORE / 2 ? from : space + 1;
}
