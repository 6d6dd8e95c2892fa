import type { ShownReaction } from '@parley/sdk';
import { OwnMap } from '../../own-store.ts';

/** Whether one wants to react, by message and emoji, as far as the server has not answered. */
export type Wishes = ReadonlyMap<string, boolean>;

export function wishKey(messageId: string, emoji: string): string {
  return `${messageId} ${emoji}`;
}

/** What was clicked and is on its way: it shows at once, and is gone once it is stored, or refused. */
export class ReactionWishes extends OwnMap<boolean> {
  /**
   * Has a wish come true: one at a time for each emoji of a message, and the last one counts.
   * @param store stores it; what it throws is thrown to whoever wished first, and the wish is given up
   */
  async wish(key: string, wanted: boolean, store: (wanted: boolean) => Promise<unknown>): Promise<void> {
    const running = this.getSnapshot().has(key);
    this.set(key, wanted);
    if (running) return;
    try {
      let stored: boolean | undefined;
      while (stored !== this.getSnapshot().get(key)) {
        stored = this.getSnapshot().get(key) ?? wanted;
        await store(stored);
      }
    } finally {
      this.set(key, undefined);
    }
  }
}

/** Reactions as they will be once what the viewer wishes has come true. */
export function withWishes(
  messageId: string,
  reactions: readonly ShownReaction[],
  wishes: Wishes,
  viewerId: string,
): readonly ShownReaction[] {
  const own = [...wishes].filter(([key]) => key.startsWith(`${messageId} `));
  if (own.length === 0) return reactions;
  const next = new Map(reactions.map((reaction) => [reaction.emoji, reaction]));
  for (const [key, wanted] of own) {
    const emoji = key.slice(messageId.length + 1);
    const known = next.get(emoji) ?? { emoji, count: 0, userIds: [], own: false };
    if (known.own === wanted) continue;
    const count = known.count + (wanted ? 1 : -1);
    const others = known.userIds.filter((id) => id !== viewerId);
    if (count === 0) next.delete(emoji);
    else next.set(emoji, { emoji, count, own: wanted, userIds: wanted ? [...others, viewerId] : others });
  }
  return [...next.values()];
}
