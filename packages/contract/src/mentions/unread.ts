import { limits } from '../limits.ts';
import type { Message } from '../messages/schema.ts';
import type { UnreadMentions } from './unread-schema.ts';

/** What can be said of a message before it is known whether its reader mentions anybody: a frame without any changes nothing. */
export function mayChangeMentions({ mentions, mentionsAll, isEdited, isDeleted }: Message): boolean {
  return mentions !== undefined || mentionsAll !== undefined || isEdited || isDeleted;
}

/** Whether a message mentions somebody, by name or as everybody; one's own never do. */
export function isMentioned(
  { senderId, mentions, mentionsAll, isDeleted }: Message,
  userId: string,
): boolean {
  return !isDeleted && senderId !== userId && (mentionsAll === true || mentions?.includes(userId) === true);
}

/**
 * What is unread and mentions somebody once some messages are known as they are now: each adds its position, or takes it away.
 * Null when there is nothing.
 */
export function mentionsAfter(
  before: UnreadMentions | null,
  messages: readonly Message[],
  userId: string,
  readPosition: number,
): UnreadMentions | null {
  const changed = messages.filter(mayChangeMentions);
  if (changed.length === 0 || (before === null && !changed.some((message) => isMentioned(message, userId))))
    return before;
  const byPosition = new Map(before?.latest.map((mention) => [mention.position, mention]));
  for (const message of changed) {
    const { position, senderId } = message;
    if (isMentioned(message, userId)) byPosition.set(position, { position, senderId });
    else byPosition.delete(position);
  }
  const latest = [...byPosition.values()].toSorted((a, b) => a.position - b.position);
  return mentionsAbove({ latest, more: before?.more ?? false }, readPosition);
}

/** What is left of it above a read position. Null when there is nothing. */
export function mentionsAbove(mentions: UnreadMentions | null, readPosition: number): UnreadMentions | null {
  if (mentions === null) return null;
  const unread = mentions.latest.filter(({ position }) => position > readPosition);
  const latest = unread.slice(-limits.unreadMentions);
  // Those not listed lie before all that were: where one of these is read, they are as well.
  const more = unread.length > latest.length || (mentions.more && unread.length === mentions.latest.length);
  if (latest.length === 0 && !more) return null;
  return latest.length === mentions.latest.length && more === mentions.more ? mentions : { latest, more };
}

/** How many of them count: what people wrote whom one has blocked does not. */
export function countMentions(
  mentions: UnreadMentions | null | undefined,
  blocked: ReadonlySet<string>,
): number {
  return mentions?.latest.filter(({ senderId }) => !blocked.has(senderId)).length ?? 0;
}
