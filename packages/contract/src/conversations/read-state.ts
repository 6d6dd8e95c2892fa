import type { Message } from '../messages/schema.ts';
import type { UnreadFrom } from '../settings/schema.ts';
import type { ReadState } from './schema.ts';

/**
 * How many messages are unread: those of others the person has not read yet or, where they marked a conversation as unread, at
 * least those of others from there on, and at least one.
 */
export function unreadOf(read: ReadState, from: UnreadFrom | null = null): number {
  const unread = Math.max(0, ofOthersAfter(read, read.readOrdinal, read.readSent));
  return from === null ? unread : Math.max(unread, 1, ofOthersAfter(read, from.ordinal, from.sent));
}

function ofOthersAfter({ lastOrdinal, sent }: ReadState, ordinal: number, ownSent: number): number {
  return lastOrdinal - ordinal - (sent - ownSent);
}

/** The two states together: each number only grows, so the larger one is the newer. */
export function mergeReadStates(a: ReadState, b: ReadState): ReadState {
  return {
    lastPosition: Math.max(a.lastPosition, b.lastPosition),
    lastOrdinal: Math.max(a.lastOrdinal, b.lastOrdinal),
    sent: Math.max(a.sent, b.sent),
    readPosition: Math.max(a.readPosition, b.readPosition),
    readOrdinal: Math.max(a.readOrdinal, b.readOrdinal),
    readSent: Math.max(a.readSent, b.readSent),
  };
}

/**
 * The state once `messages` are known too. They may come in any order and more than once, but must be all there are
 * from the state's last position up to their highest: that is what one frame of a feed holds.
 */
export function readStateAfter(read: ReadState, messages: readonly Message[], viewerId: string): ReadState {
  let { lastPosition, lastOrdinal, sent } = read;
  for (const message of messages.toSorted((a, b) => a.position - b.position)) {
    if (message.position <= lastPosition) continue;
    if (message.ordinal > lastOrdinal && message.senderId === viewerId) sent += 1;
    lastPosition = message.position;
    lastOrdinal = Math.max(lastOrdinal, message.ordinal);
  }
  return { ...read, lastPosition, lastOrdinal, sent };
}
