import { type ThreadState, withThreadUnread } from '@parley/contract';
import type { MessageRow } from '../messages/queries.ts';
import type { FollowerRow, ThreadKey } from './queries.ts';

export function keyOf(root: MessageRow): ThreadKey {
  return { conversationId: root.conversation_id, rootPosition: root.position };
}

/** How many replies hang on a message. */
export function countOf(root: MessageRow): number {
  return root.metadata?.replies?.count ?? 0;
}

/** How somebody stands with a thread. Whoever never had to do with it does not follow it, and has nothing unread in it. */
export function stateOf(
  { conversationId, rootPosition }: ThreadKey,
  rootId: string,
  lastOrdinal: number,
  row: FollowerRow | undefined,
): ThreadState {
  return withThreadUnread({
    conversationId,
    rootId,
    rootPosition,
    following: row?.following ?? false,
    inboxSeq: row?.inbox_seq ?? 0,
    read: {
      lastOrdinal,
      sent: row?.sent ?? 0,
      readOrdinal: row?.read_ordinal ?? lastOrdinal,
      readSent: row?.read_sent ?? 0,
    },
  });
}
