import type { ExportCounts } from '@parley/contract';
import { type Selectable, sql } from 'kysely';
import type { Database } from '../../db/database.ts';
import type {
  AuditEventsTable,
  BlocksTable,
  ConversationSettingsTable,
  ConversationsTable,
  SessionsTable,
} from '../../db/tables.ts';

/**
 * How much there is of somebody, by what is kept with memberships: no message is read. Notices of what they did are left out,
 * as nothing counts them by who caused them.
 */
export async function countOwn(db: Database, userId: string): Promise<ExportCounts> {
  const { rows } = await sql<ExportCounts>`
    select
      (select count(*) from sessions where user_id = ${userId}) as sessions,
      (select count(*) from members where user_id = ${userId} and inbox_seq >= 0) as conversations,
      (select coalesce(sum(sent), 0)::bigint from members where user_id = ${userId} and inbox_seq >= 0)
        + (select coalesce(sum(sent), 0)::bigint from thread_followers where user_id = ${userId}) as messages,
      (select count(*) from thread_followers where user_id = ${userId}) as threads,
      (select count(*) from reactions where user_id = ${userId} and removed_at is null) as reactions,
      (select count(*) from saved_messages where user_id = ${userId}) as saved,
      (select count(*) from conversation_settings where user_id = ${userId}) as settings,
      (select count(*) from drafts where user_id = ${userId} and content <> '') as drafts,
      (select count(*) from blocks where blocker_id = ${userId}) as blocks,
      (select count(*) from invitations where created_by = ${userId}) as invitations,
      (select count(*) from audit_events where actor_id = ${userId} or subject_id = ${userId}) as audit`.execute(
    db,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the database did not count');
  return row;
}

/** Somebody's sessions, ended ones too, after one of them, by id. */
export function sessionsAfter(
  db: Database,
  userId: string,
  after: string | null,
  limit: number,
): Promise<Selectable<SessionsTable>[]> {
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', userId)
    .$if(after !== null, (query) => query.where('id', '>', after))
    .orderBy('id')
    .limit(limit)
    .execute();
}

export function findConversations(
  db: Database,
  ids: readonly string[],
): Promise<Selectable<ConversationsTable>[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('conversations')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute();
}

/** What somebody has set for conversations, after one `inbox_seq`, by it. */
export function settingsAfter(
  db: Database,
  userId: string,
  after: number | null,
  limit: number,
): Promise<Selectable<ConversationSettingsTable>[]> {
  return db
    .selectFrom('conversation_settings')
    .selectAll()
    .where('user_id', '=', userId)
    .where('inbox_seq', '>', after ?? -1)
    .orderBy('inbox_seq')
    .limit(limit)
    .execute();
}

/** Whom somebody has blocked, after one of them, by id. */
export function blocksAfter(
  db: Database,
  userId: string,
  after: string | null,
  limit: number,
): Promise<Selectable<BlocksTable>[]> {
  return db
    .selectFrom('blocks')
    .selectAll()
    .where('blocker_id', '=', userId)
    .$if(after !== null, (query) => query.where('blocked_id', '>', after))
    .orderBy('blocked_id')
    .limit(limit)
    .execute();
}

/** What the audit log has of somebody, after one line of it, in the order it happened. Ids are made in that order. */
export function auditAfter(
  db: Database,
  userId: string,
  after: string | null,
  limit: number,
): Promise<Selectable<AuditEventsTable>[]> {
  return db
    .selectFrom('audit_events')
    .selectAll()
    .where((eb) => eb.or([eb('actor_id', '=', userId), eb('subject_id', '=', userId)]))
    .$if(after !== null, (query) => query.where('id', '>', after))
    .orderBy('id')
    .limit(limit)
    .execute();
}
