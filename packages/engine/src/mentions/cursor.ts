import { ParleyError } from '@parley/contract';
import type { MentionPlace } from './queries.ts';

export function writeCursor({ at, conversationId, position }: MentionPlace): string {
  return [at.getTime(), conversationId, position].join('~');
}

/** @throws INVALID_INPUT for what no page gave */
export function readCursor(text: string): MentionPlace {
  const [, at, conversationId, position] =
    /^(\d{1,14})~([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})~(\d{1,15})$/.exec(text) ?? [];
  if (at === undefined || conversationId === undefined) {
    throw new ParleyError('INVALID_INPUT', 'unable to list mentions; the cursor is not one of a page', {
      fields: [{ path: 'cursor', message: 'must be the nextCursor of a page' }],
    });
  }
  return { at: new Date(Number(at)), conversationId, position: Number(position) };
}
