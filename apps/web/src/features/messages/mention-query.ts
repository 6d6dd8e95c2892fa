/** A name being written: what of it is there, and where its `@` stands. */
export interface MentionQuery {
  readonly from: number;
  readonly query: string;
}

/** The longest name somebody can have, and a little more. */
const LONGEST = 40;

/** What is written of a name just before the caret: an `@` at the beginning of a word, and what follows it up to there. */
export function mentionQueryAt(text: string, caret: number): MentionQuery | null {
  const before = text.slice(Math.max(0, caret - LONGEST), caret);
  const found = /(?:^|[\s([{"'،])@([\p{L}\p{N}\p{M}._-]*)$/u.exec(before);
  const query = found?.[1];
  return query === undefined ? null : { from: caret - query.length - 1, query };
}
