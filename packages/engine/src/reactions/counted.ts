import { limits, type Message } from '@parley/contract';

/** The reactions to a message, as its row has them. */
export type Reactions = NonNullable<Message['reactions']>;

/** People that a message names for an emoji that so many react with. */
function namedOf(count: number): number {
  const { ofFew, ofMany } = limits.reactions.named;
  return count > ofFew ? ofMany : count;
}

/**
 * The reactions once one more, or one fewer, reacts with an emoji. Those used first stay first, and what nobody uses is gone.
 * @param first those who react with it now, as many as are ever named, in the order they did
 */
export function counted(
  reactions: Reactions,
  emoji: string,
  by: 1 | -1,
  first: readonly string[],
): Reactions {
  const known = reactions.find((reaction) => reaction.emoji === emoji);
  const count = (known?.count ?? 0) + by;
  const next = { emoji, count, userIds: first.slice(0, namedOf(count)) };
  const others =
    known === undefined ? [...reactions, next] : reactions.map((one) => (one === known ? next : one));
  return others.filter((one) => one.count > 0);
}

/** Whether a message tells by itself what somebody reacts to it with: everybody is named, or they are. */
export function tells(reactions: Reactions, userId: string): boolean {
  return reactions.every(({ count, userIds }) => count <= userIds.length || userIds.includes(userId));
}
