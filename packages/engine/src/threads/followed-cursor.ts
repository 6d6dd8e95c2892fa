import { ParleyError } from '@parley/contract';
import type { FollowedCursor } from './queries.ts';

/** A cursor of the threads somebody follows as text. */
export function writeCursor({ at, conversationId, rootPosition }: FollowedCursor): string {
  return `${new Date(at).getTime()}~${conversationId}~${rootPosition}`;
}

/** @throws INVALID_INPUT for what no page gave */
export function readCursor(text: string): FollowedCursor {
  const [, at, conversationId, position] =
    /^(\d{1,15})~([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})~(\d{1,15})$/.exec(text) ?? [];
  const time = new Date(Number(at));
  if (conversationId === undefined || position === undefined || Number.isNaN(time.getTime())) {
    throw new ParleyError('INVALID_INPUT', 'unable to list threads; the cursor is not one of a page', {
      fields: [{ path: 'cursor', message: 'must be the nextCursor of a page' }],
    });
  }
  return { at: time.toISOString(), conversationId, rootPosition: Number(position) };
}
