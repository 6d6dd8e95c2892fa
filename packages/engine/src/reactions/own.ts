import type { Message, OwnReaction } from '@parley/contract';
import type { Selectable } from 'kysely';
import type { Database } from '../db/database.ts';
import type { ReactionsTable } from '../db/tables.ts';
import { tells } from './counted.ts';
import { ownEmojiAt } from './queries.ts';

/**
 * Messages as an answer gives them to one person: with which of the reactions are theirs. It is to be read after the
 * messages were: what is newer than they are is told once more by what changed it, what is older would stand.
 */
export async function withOwnReactions<T extends Message>(
  db: Database,
  userId: string,
  messages: readonly T[],
): Promise<T[]> {
  const untold = messages.filter(({ reactions }) => reactions !== undefined && !tells(reactions, userId));
  const own = new Map<string, ReadonlyMap<number, readonly string[]>>();
  for (const [id, some] of Map.groupBy(untold, ({ conversationId }) => conversationId)) {
    const positions = some.map(({ position }) => position);
    own.set(id, await ownEmojiAt(db, id, userId, positions));
  }
  return messages.map((message) => {
    const { reactions, conversationId, position } = message;
    if (reactions === undefined) return message;
    const known = new Set(own.get(conversationId)?.get(position));
    const mine = reactions.filter(({ emoji, userIds }) => userIds.includes(userId) || known.has(emoji));
    return { ...message, ownReactions: mine.map(({ emoji }) => emoji) };
  });
}

/** What a row says of its person. */
export function ownReactionOf(row: Selectable<ReactionsTable>): OwnReaction {
  const { conversation_id: conversationId, position, emoji, removed_at, seq } = row;
  return { conversationId, position, emoji, own: removed_at === null, seq };
}
