import { ParleyError } from '@parley/contract';
import type { EntryPlace } from './queries.ts';

/** Where a page of a search begins: among the latest that come before a place, so many have been shown already. */
export interface SearchCursor {
  readonly before: EntryPlace;
  readonly shown: number;
}

export function writeCursor({ before, shown }: SearchCursor): string {
  return [before.at.getTime(), before.conversationId, before.position, shown].join('~');
}

/** @throws INVALID_INPUT for what no page gave */
export function readCursor(text: string): SearchCursor {
  const [, at, conversationId, position, shown] =
    /^(\d{1,14})~([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})~(\d{1,15})~(\d{1,3})$/.exec(text) ?? [];
  if (at === undefined || conversationId === undefined) {
    throw new ParleyError('INVALID_INPUT', 'unable to search; the cursor is not one of a page', {
      fields: [{ path: 'cursor', message: 'must be the nextCursor of a page' }],
    });
  }
  const before = { at: new Date(Number(at)), conversationId, position: Number(position) };
  return { before, shown: Number(shown) };
}
