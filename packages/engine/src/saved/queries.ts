import { type Selectable, sql } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import type { SavedMessagesTable } from '../db/tables.ts';
import { columns, type MessageRow } from '../messages/queries.ts';

/** Has the changes of what one person has saved follow each other. */
export async function lockPerson(trx: Locking, userId: string): Promise<void> {
  await trx.selectFrom('users').select('id').where('id', '=', userId).forNoKeyUpdate().execute();
}

export function findSaved(
  db: Database,
  userId: string,
  conversationId: string,
  messageId: string,
): Promise<Selectable<SavedMessagesTable> | undefined> {
  return db
    .selectFrom('saved_messages')
    .selectAll()
    .where('user_id', '=', userId)
    .where('message_id', '=', messageId)
    .where('conversation_id', '=', conversationId)
    .executeTakeFirst();
}

export async function countSaved(db: Database, userId: string): Promise<number> {
  const { count } = await db
    .selectFrom('saved_messages')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return count;
}

export async function insertSaved(trx: Locking, row: Selectable<SavedMessagesTable>): Promise<void> {
  await trx.insertInto('saved_messages').values(row).execute();
}

/** @returns whether there was one */
export async function deleteSaved(
  trx: Locking,
  userId: string,
  messageId: string,
  conversationId: string | null,
): Promise<boolean> {
  const rows = await trx
    .deleteFrom('saved_messages')
    .where('user_id', '=', userId)
    .where('message_id', '=', messageId)
    .$if(conversationId !== null, (query) => query.where('conversation_id', '=', conversationId))
    .returning('message_id')
    .execute();
  return rows.length > 0;
}

/** What a person has saved, before one `inbox_seq`, the latest first, as it is now and as far as they may see it. */
export async function listSaved(
  db: Database,
  userId: string,
  before: number,
  limit: number,
): Promise<(MessageRow & { readonly saved_at: Date; readonly saved_seq: number })[]> {
  const { rows } = await sql<MessageRow & { readonly saved_at: Date; readonly saved_seq: number }>`
    select s.saved_at, s.inbox_seq as saved_seq, e.* from saved_messages s
    join conversations c on c.id = s.conversation_id
    join members own on own.conversation_id = s.conversation_id and own.user_id = s.user_id and own.left_at is null
    cross join lateral (
      select ${sql.join(columns.map((column) => sql.ref(column)))} from messages
      where conversation_id = s.conversation_id and position = s.position
      -- So that each is looked up by its place, whatever is thought of how long conversations are.
      limit 1
    ) e
    where s.user_id = ${userId} and s.inbox_seq < ${before}
      and s.position > case c.history when 'from-joining' then own.joined_position else 0 end
    order by s.inbox_seq desc
    limit ${limit}`.execute(db);
  return rows;
}

/** What a person has saved, all of it, after one `inbox_seq` and in that order. */
export function savedAfter(
  db: Database,
  userId: string,
  inboxSeq: number,
  limit: number,
): Promise<Selectable<SavedMessagesTable>[]> {
  return db
    .selectFrom('saved_messages')
    .selectAll()
    .where('user_id', '=', userId)
    .where('inbox_seq', '>', inboxSeq)
    .orderBy('inbox_seq')
    .limit(limit)
    .execute();
}

/** Forgets all that a person has saved. */
export async function deleteAllSaved(db: Database, userId: string): Promise<void> {
  await db.deleteFrom('saved_messages').where('user_id', '=', userId).execute();
}
