import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import type { BlocksTable, UsersTable } from '../db/tables.ts';

/** Whether one of the two has blocked the other; `other` is a person's id, or a column of them. */
export function blockedBetween(userId: string, other: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(
    exists (select from blocks where blocker_id = ${userId}::uuid and blocked_id = ${other})
    or exists (select from blocks where blocker_id = ${other} and blocked_id = ${userId}::uuid)
  )`;
}

/**
 * Has whoever makes the direct conversation of two people and whoever blocks one of them wait for each other: there is no
 * row to lock before it is made.
 */
export async function lockPair(trx: Locking, directId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${directId}, 0))`.execute(trx);
}

/** Of the given people, those whom the person has blocked, and those who have blocked the person. */
export async function blocksAmong(
  db: Database,
  userId: string,
  others: readonly string[],
): Promise<{ blocked: Set<string>; blocking: Set<string> }> {
  const { rows } = await sql<{ id: string; own: boolean }>`
    select blocked_id as id, true as own from blocks
    where blocker_id = ${userId} and blocked_id = any (${[...others]}::uuid[])
    union all
    select o.id, false from unnest(${[...others]}::uuid[]) as o (id)
    where exists (select from blocks where blocker_id = o.id and blocked_id = ${userId})`.execute(db);
  const ids = (own: boolean) => new Set(rows.filter((row) => row.own === own).map(({ id }) => id));
  return { blocked: ids(true), blocking: ids(false) };
}

/** Whether the person has blocked the other one of their direct conversation. */
export async function hasBlockedPeer(db: Database, conversationId: string, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom('members')
    .innerJoin('blocks', (join) =>
      join.onRef('blocks.blocked_id', '=', 'members.user_id').on('blocks.blocker_id', '=', userId),
    )
    .select('members.user_id')
    .where('members.conversation_id', '=', conversationId)
    .executeTakeFirst();
  return row !== undefined;
}

/** @returns whether there was none before */
export async function insertBlock(trx: Locking, blockerId: string, blockedId: string): Promise<boolean> {
  const row = await trx
    .insertInto('blocks')
    .values({ blocker_id: blockerId, blocked_id: blockedId })
    .onConflict((conflict) => conflict.doNothing())
    .returning('blocked_id')
    .executeTakeFirst();
  return row !== undefined;
}

/** @returns whether there was one */
export async function deleteBlock(trx: Locking, blockerId: string, blockedId: string): Promise<boolean> {
  const row = await trx
    .deleteFrom('blocks')
    .where('blocker_id', '=', blockerId)
    .where('blocked_id', '=', blockedId)
    .returning('blocked_id')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Whether a direct conversation, which is locked, takes messages: not between two of whom one blocked the other, nor with
 * somebody who is deleted.
 */
export async function closeOrOpen(trx: Locking, directId: string, a: string, b: string): Promise<void> {
  await sql`
    update conversations set closed = ${blockedBetween(a, sql`${b}::uuid`)}
      or exists (select from users where id = any (${[a, b]}::uuid[]) and deleted_at is not null)
    where id = ${directId}`.execute(trx);
}

/** Whom a person has blocked, by user id. */
export function listBlocks(
  db: Database,
  userId: string,
  after: string | null,
  limit: number,
): Promise<{ blockedAt: Selectable<BlocksTable>['created_at']; user: Selectable<UsersTable> }[]> {
  return db
    .selectFrom('blocks')
    .innerJoin('users', 'users.id', 'blocks.blocked_id')
    .selectAll('users')
    .select('blocks.created_at as blocked_at')
    .where('blocker_id', '=', userId)
    .$if(after !== null, (query) => query.where('blocked_id', '>', after))
    .orderBy('blocked_id')
    .limit(limit)
    .execute()
    .then((rows) => rows.map(({ blocked_at: blockedAt, ...user }) => ({ blockedAt, user })));
}
