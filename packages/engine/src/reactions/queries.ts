import { type Selectable, sql } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import type { ReactionsTable } from '../db/tables.ts';

/** A message, by its place. */
export interface MessagePlace {
  readonly conversation_id: string;
  readonly position: number;
}

/** The emoji a person reacts to a message with. */
export async function ownEmoji(db: Database, place: MessagePlace, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('reactions')
    .select('emoji')
    .where('conversation_id', '=', place.conversation_id)
    .where('position', '=', place.position)
    .where('user_id', '=', userId)
    .where('removed_at', 'is', null)
    .execute();
  return rows.map(({ emoji }) => emoji);
}

/** The emoji a person reacts with to some messages of one conversation, by position. */
export async function ownEmojiAt(
  db: Database,
  conversationId: string,
  userId: string,
  positions: readonly number[],
): Promise<Map<number, string[]>> {
  const { rows } = await sql<{ position: number; emoji: string }>`
    select r.position, r.emoji from unnest(${[...positions]}::bigint[]) as p (position)
    cross join lateral (
      select position, emoji from reactions
      where conversation_id = ${conversationId} and position = p.position and user_id = ${userId}
        and removed_at is null
    ) r`.execute(db);
  const byPosition = Map.groupBy(rows, ({ position }) => position);
  return new Map([...byPosition].map(([position, all]) => [position, all.map(({ emoji }) => emoji)]));
}

/** The first few who react to a message with an emoji, in the order they did. */
export async function firstToReact(
  db: Database,
  place: MessagePlace,
  emoji: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('reactions')
    .select('user_id')
    .where('conversation_id', '=', place.conversation_id)
    .where('position', '=', place.position)
    .where('emoji', '=', emoji)
    .where('removed_at', 'is', null)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map(({ user_id }) => user_id);
}

/** Writes a reaction, or, with `removed_at`, that there is none any more. */
export async function saveReaction(trx: Locking, row: Selectable<ReactionsTable>): Promise<void> {
  await trx
    .insertInto('reactions')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['conversation_id', 'position', 'user_id', 'emoji']).doUpdateSet((eb) => ({
        reacted_at: eb.ref('excluded.reacted_at'),
        removed_at: eb.ref('excluded.removed_at'),
        seq: eb.ref('excluded.seq'),
        inbox_seq: eb.ref('excluded.inbox_seq'),
      })),
    )
    .execute();
}

/** Who reacts to a message, emoji by emoji, after one of them. */
export function listReactions(
  db: Database,
  place: MessagePlace,
  {
    emoji,
    after,
    limit,
  }: { emoji: string | null; after: { emoji: string; seq: number } | null; limit: number },
): Promise<Pick<Selectable<ReactionsTable>, 'emoji' | 'user_id' | 'reacted_at' | 'seq'>[]> {
  return db
    .selectFrom('reactions')
    .select(['emoji', 'user_id', 'reacted_at', 'seq'])
    .where('conversation_id', '=', place.conversation_id)
    .where('position', '=', place.position)
    .where('removed_at', 'is', null)
    .$if(emoji !== null, (query) => query.where('emoji', '=', emoji))
    .$if(after !== null, (query) =>
      query.where(sql<boolean>`(emoji, seq) > (${after?.emoji}::text, ${after?.seq}::bigint)`),
    )
    .orderBy('emoji')
    .orderBy('seq')
    .limit(limit)
    .execute();
}

/** Forgets all reactions to some messages of a conversation. */
export async function deleteReactionsTo(
  trx: Locking,
  conversationId: string,
  positions: readonly number[],
): Promise<void> {
  await trx
    .deleteFrom('reactions')
    .where('conversation_id', '=', conversationId)
    .where('position', 'in', [...positions])
    .execute();
}

/** What a person reacts with, or does not any more, after one `inbox_seq` and in that order. */
export function reactionsAfter(
  db: Database,
  userId: string,
  inboxSeq: number,
  limit: number,
): Promise<Selectable<ReactionsTable>[]> {
  return db
    .selectFrom('reactions')
    .selectAll()
    .where('user_id', '=', userId)
    .where('inbox_seq', '>', inboxSeq)
    .orderBy('inbox_seq')
    .limit(limit)
    .execute();
}

/** The latest of what a person changed of their reactions in the last minutes. */
export async function latestReactions(
  db: Database,
  userId: string,
  minutes: number,
  limit: number,
): Promise<Selectable<ReactionsTable>[]> {
  const rows = await db
    .selectFrom('reactions')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('inbox_seq', 'desc')
    .limit(limit)
    .execute();
  const since = Date.now() - minutes * 60_000;
  return rows.filter(({ reacted_at, removed_at }) => (removed_at ?? reacted_at).getTime() > since);
}

/** Forgets all that a person reacts with, or only what they do not any more. */
export async function deleteReactionsOf(
  db: Database,
  userId: string,
  which: 'all' | 'removed',
): Promise<void> {
  await db
    .deleteFrom('reactions')
    .where('user_id', '=', userId)
    .where('inbox_seq', '>', 0)
    .$if(which === 'removed', (query) => query.where('removed_at', 'is not', null))
    .execute();
}

/** @returns whether there was one */
export async function deleteReaction(
  trx: Locking,
  place: MessagePlace,
  userId: string,
  emoji: string,
): Promise<boolean> {
  const row = await trx
    .deleteFrom('reactions')
    .where('conversation_id', '=', place.conversation_id)
    .where('position', '=', place.position)
    .where('user_id', '=', userId)
    .where('emoji', '=', emoji)
    .where('removed_at', 'is', null)
    .returning('emoji')
    .executeTakeFirst();
  return row !== undefined;
}
