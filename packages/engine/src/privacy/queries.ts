import { type Selectable, sql } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import type { MembersTable } from '../db/tables.ts';
import { columns, type MessageRow } from '../messages/queries.ts';

/** What becomes of the messages of a deleted account: they stay as from a deleted person, or are emptied. */
export type DeletedMessages = 'keep' | 'remove';

/** Takes the account's row from everybody, also from those who are bringing the person together with others. */
export function lockAccount(
  trx: Locking,
  userId: string,
): Promise<{ id: string; deleted_at: Date | null } | undefined> {
  return trx
    .selectFrom('users')
    .select(['id', 'deleted_at'])
    .where('id', '=', userId)
    .forUpdate()
    .executeTakeFirst();
}

/** Takes everything off an account that names the person, so that its names are free, and says that the rest is to follow. */
export async function stripAccount(
  trx: Locking,
  userId: string,
  shortName: string,
  erasing: DeletedMessages,
): Promise<void> {
  await trx
    .updateTable('users')
    .set({
      ...{ username: shortName, email: null, email_verified_at: null, password_hash: null },
      ...{ display_name: null, avatar: null, online_until: null, last_seen_at: null },
      // While a client is still connected, too: and nothing notes any more when they were last there.
      ...{ appears_offline: true, last_seen_visible: 'everybody' },
      ...{ deleted_at: sql<Date>`now()`, updated_at: sql<Date>`now()`, erasing },
    })
    .where('id', '=', userId)
    .execute();
}

/** Ends every session, with what it told of its device. @returns those that lived */
export async function stripSessions(trx: Locking, userId: string): Promise<string[]> {
  await sql`
    delete from refresh_tokens where session_id in (select id from sessions where user_id = ${userId})`.execute(
    trx,
  );
  const { rows } = await sql<{ id: string; lived: boolean }>`
    with before as (select id, ended_at is null as lived from sessions where user_id = ${userId} for update)
    update sessions s set ended_at = coalesce(s.ended_at, now()), device = '', address = ''
    from before where s.id = before.id
    returning s.id, before.lived`.execute(trx);
  return rows.flatMap(({ id, lived }) => (lived ? id : []));
}

/** Takes away what knows the person elsewhere: identities of other systems, and what was mailed. */
export async function stripIdentities(trx: Locking, userId: string): Promise<void> {
  await trx.deleteFrom('external_identities').where('user_id', '=', userId).execute();
  await trx.deleteFrom('mailed_tokens').where('user_id', '=', userId).execute();
}

/** Takes away where the person is connected. */
export async function stripPresence(trx: Locking, userId: string): Promise<void> {
  await trx.deleteFrom('presence_leases').where('user_id', '=', userId).execute();
}

/** Takes addresses off what the audit log has of a person. */
export async function stripAudit(db: Database, userId: string): Promise<void> {
  await sql`
    update audit_events set address = null
    where (actor_id = ${userId} or subject_id = ${userId}) and address is not null`.execute(db);
}

/** An account whose deletion is to be carried on. */
export interface Erasure {
  readonly id: string;
  readonly erasing: DeletedMessages;
}

/** Takes on a deletion nobody is at, for a while. */
export async function claimErasure(db: Database, ms: number): Promise<Erasure | undefined> {
  const { rows } = await sql<Erasure>`
    update users set erase_claimed_until = now() + ${ms} * interval '1 millisecond'
    where id = (
      select id from users
      where erasing is not null and (erase_claimed_until is null or erase_claimed_until < now())
      limit 1 for no key update skip locked
    )
    returning id, erasing`.execute(db);
  return rows[0];
}

export async function keepClaim(db: Database, userId: string, ms: number): Promise<void> {
  await sql`
    update users set erase_claimed_until = now() + ${ms} * interval '1 millisecond' where id = ${userId}`.execute(
    db,
  );
}

/** Gives a claim back, so that somebody else may go on at once. */
export async function dropClaim(db: Database, userId: string): Promise<void> {
  await db.updateTable('users').set({ erase_claimed_until: null }).where('id', '=', userId).execute();
}

export async function finishErasure(db: Database, userId: string): Promise<void> {
  await db
    .updateTable('users')
    // Whether they shared their receipts is kept until nobody could see them any more.
    .set({ erasing: null, erase_claimed_until: null, read_receipts: 'everybody' })
    .where('id', '=', userId)
    .execute();
}

export async function deleteOwnBlocks(db: Database, userId: string): Promise<void> {
  await db.deleteFrom('blocks').where('blocker_id', '=', userId).execute();
}

/** A conversation the person is in. */
export async function someMembership(db: Database, userId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('members')
    .select('conversation_id')
    .where('user_id', '=', userId)
    .where('left_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row?.conversation_id;
}

/** The person's memberships behind a conversation, ended ones too, by conversation. */
export function membershipsAfter(
  db: Database,
  userId: string,
  after: string | null,
  limit: number,
): Promise<Selectable<MembersTable>[]> {
  return (
    db
      .selectFrom('members')
      .selectAll()
      .where('user_id', '=', userId)
      // By the index that has all of a person's memberships.
      .where('inbox_seq', '>=', 0)
      .$if(after !== null, (query) => query.where('conversation_id', '>', after))
      .orderBy('conversation_id')
      .limit(limit)
      .execute()
  );
}

/** What somebody wrote in a stretch of a timeline, after one position and up to another, by position. */
export function writtenBetween(
  db: Database,
  conversationId: string,
  userId: string,
  after: number,
  upTo: number,
): Promise<MessageRow[]> {
  return db
    .selectFrom('messages')
    .select(columns)
    .where('conversation_id', '=', conversationId)
    .where('position', '>', after)
    .where('position', '<=', upTo)
    .where('sender_id', '=', userId)
    .orderBy('position')
    .execute();
}

/** See `staysDeleted`. */
const kept = sql`nullif(jsonb_strip_nulls(jsonb_build_object(
  'thread', m.metadata -> 'thread', 'replies', m.metadata -> 'replies')), '{}')`;

/** Empties messages, each under its own seq, and forgets what would tell a guess at their text from another one. */
export async function emptyMessages(
  trx: Locking,
  conversationId: string,
  stamps: readonly { position: number; seq: number }[],
  at: Date,
): Promise<MessageRow[]> {
  const { rows } = await sql<MessageRow>`
    update messages m set content = '', metadata = ${kept}, deleted_at = ${at}, payload_hash = '', seq = s.seq
    from unnest(${stamps.map(({ position }) => position)}::bigint[], ${stamps.map(({ seq }) => seq)}::bigint[])
      as s (position, seq)
    where m.conversation_id = ${conversationId} and m.position = s.position
    returning ${sql.join(columns.map((column) => sql.ref(`m.${column}`)))}`.execute(trx);
  return rows.toSorted((a, b) => a.seq - b.seq);
}
