import { ParleyError } from '@parley/contract';

/** The last reaction of a page. */
export interface ReactionCursor {
  readonly emoji: string;
  readonly seq: number;
}

export function writeCursor({ emoji, seq }: ReactionCursor): string {
  return `${seq}~${emoji}`;
}

/** @throws INVALID_INPUT for what no page gave */
export function readCursor(text: string): ReactionCursor {
  const [, seq, emoji] = /^(\d{1,15})~(.+)$/su.exec(text) ?? [];
  if (emoji === undefined) {
    throw new ParleyError('INVALID_INPUT', 'unable to list the reactions; the cursor is not one of a page', {
      fields: [{ path: 'cursor', message: 'must be the nextCursor of a page' }],
    });
  }
  return { emoji, seq: Number(seq) };
}
