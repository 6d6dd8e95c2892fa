import { ParleyError } from '@parley/contract';
import type { ListCursor } from './queries.ts';

/** A cursor of the conversation list as text. */
export function writeCursor({ pinnedAt, at, id }: ListCursor): string {
  const pinned = pinnedAt === null ? '' : `${pinnedAt.getTime()}~`;
  return `${pinned}${at.getTime()}~${id}`;
}

/** @throws INVALID_INPUT for what no page gave */
export function readCursor(text: string): ListCursor {
  const [, pinned, at, id] = /^(?:(\d{1,15})~)?(\d{1,15})~([0-9a-f-]{36})$/.exec(text) ?? [];
  if (at === undefined || id === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) {
    throw new ParleyError('INVALID_INPUT', 'unable to read the list; the cursor is not one of a page', {
      fields: [{ path: 'cursor', message: 'must be the nextCursor of a page' }],
    });
  }
  return { pinnedAt: pinned === undefined ? null : new Date(Number(pinned)), at: new Date(Number(at)), id };
}
