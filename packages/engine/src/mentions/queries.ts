import { limits, type UnreadMentions } from '@parley/contract';
import { type Selectable, sql } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import type { MentionsTable } from '../db/tables.ts';
import type { MessageRow } from '../messages/queries.ts';

/** Stands for everybody in a conversation. */
export const everybody = '00000000-0000-0000-0000-000000000000';

/** One more than are told says that there are more. */
export const unreadLooked = limits.unreadMentions + 1;

export async function insertMentions(
  trx: Locking,
  { conversation_id, position, sender_id, created_at }: Omit<Selectable<MentionsTable>, 'user_id'>,
  userIds: readonly string[],
): Promise<void> {
  const place = { conversation_id, position, sender_id, created_at };
  await trx
    .insertInto('mentions')
    .values(userIds.map((user_id) => ({ ...place, user_id })))
    .execute();
}

/** Removes what mentions some people in some messages of a conversation. */
export async function deleteMentions(
  trx: Locking,
  conversationId: string,
  positions: readonly number[],
  userIds: readonly string[],
): Promise<void> {
  await trx
    .deleteFrom('mentions')
    .where('conversation_id', '=', conversationId)
    .where('user_id', 'in', [...userIds])
    .where('position', 'in', [...positions])
    .execute();
}

/** Removes where somebody is mentioned, as far as it is looked up by them. */
export async function deleteMentionsOf(db: Database, userId: string): Promise<void> {
  await db.deleteFrom('mentions').where('user_id', '=', userId).execute();
}

/** An unread mention as it is found, the latest first. */
export type FoundMention = UnreadMentions['latest'][number];

/** How many unread mentions there are, `unreadLooked` at most, in each conversation of somebody's, without those of people they have blocked. */
export async function countUnread(
  db: Database,
  userId: string,
): Promise<{ conversation_id: string; count: number; found: number }[]> {
  const { rows } = await sql<{ conversation_id: string; count: number; found: number }>`
    select u.conversation_id, count(*) as found, count(*) filter (where not exists (
      select from blocks b where b.blocker_id = ${userId} and b.blocked_id = u.sender_id
    )) as count
    from (
      select array_agg(m.conversation_id) as ids, array_agg(m.read_position) as read
      from members m join conversations c on c.id = m.conversation_id
      where m.user_id = ${userId} and m.left_at is null and c.last_position > m.read_position
    ) own cross join unread_mentions(${userId}, own.ids, own.read, ${unreadLooked}::bigint) u
    group by u.conversation_id`.execute(db);
  return rows;
}

/** Where a page of messages that mention somebody begins: before this place. */
export interface MentionPlace {
  readonly at: Date;
  readonly conversationId: string;
  readonly position: number;
}

/** The latest messages before a place that mention somebody, see `mentions_page` in the seventeenth migration. */
export async function mentionsPage(
  db: Database,
  userId: string,
  { at, conversationId, position }: MentionPlace,
  limit: number,
): Promise<(MessageRow & { readonly is_read: boolean })[]> {
  const { rows } = await sql<MessageRow & { readonly is_read: boolean }>`
    select * from mentions_page(${userId}, ${at}, ${conversationId}, ${position}::bigint, ${limit}::bigint)`.execute(
    db,
  );
  return rows;
}
