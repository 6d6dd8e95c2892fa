import type { Message } from '../messages/schema.ts';
import type { ThreadRead, ThreadState } from './schema.ts';

/** The state with its unread number, which follows from the others. */
export function withThreadUnread(state: Omit<ThreadState, 'unread'>): ThreadState {
  const { lastOrdinal, readOrdinal, sent, readSent } = state.read;
  const unread = Math.max(0, lastOrdinal - readOrdinal - (sent - readSent));
  return { ...state, unread: state.following ? unread : 0 };
}

/** The two states of one thread together: numbers only grow, and the newer one knows whether it is followed. */
export function mergeThreadStates(a: ThreadState, b: ThreadState): ThreadState {
  const { following, inboxSeq } = b.inboxSeq >= a.inboxSeq ? b : a;
  const read: ThreadRead = {
    lastOrdinal: Math.max(a.read.lastOrdinal, b.read.lastOrdinal),
    sent: Math.max(a.read.sent, b.read.sent),
    readOrdinal: Math.max(a.read.readOrdinal, b.read.readOrdinal),
    readSent: Math.max(a.read.readSent, b.read.readSent),
  };
  return withThreadUnread({ ...a, following, inboxSeq, read });
}

/** The state once a message is known too: a reply of the thread, or what it hangs on. In any order, and more than once. */
export function threadStateAfter(state: ThreadState, message: Message, viewerId: string): ThreadState {
  const { thread, replies, senderId } = message;
  const own = senderId === viewerId ? (thread?.ownOrdinal ?? 0) : 0;
  const lastOrdinal = Math.max(state.read.lastOrdinal, thread?.ordinal ?? 0, replies?.count ?? 0);
  const sent = Math.max(state.read.sent, own);
  if (lastOrdinal === state.read.lastOrdinal && sent === state.read.sent) return state;
  return withThreadUnread({ ...state, read: { ...state.read, lastOrdinal, sent } });
}
