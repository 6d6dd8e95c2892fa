import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import { isOnline } from '../db/presence.ts';
import type { SessionsTable, UsersTable } from '../db/tables.ts';
import type { UserRow } from '../users/rows.ts';

const online = isOnline('users').as('is_online');

export function insertUser(db: Database, row: Insertable<UsersTable>): Promise<UserRow> {
  return db.insertInto('users').values(row).returningAll().returning(online).executeTakeFirstOrThrow();
}

/** @returns undefined when there is no such account, or it is deleted */
export function updateUser(
  db: Database,
  id: string,
  change: Updateable<UsersTable>,
): Promise<UserRow | undefined> {
  return db
    .updateTable('users')
    .set({ ...change, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returningAll()
    .returning(online)
    .executeTakeFirst();
}

/**
 * Makes somebody online for so long, or makes them appear offline from now on; either way that is when they were last
 * seen.
 */
export function setOnline(db: Database, id: string, forMs: number | null): Promise<UserRow | undefined> {
  return db
    .updateTable('users')
    .set({
      appears_offline: forMs === null,
      online_until: forMs === null ? null : sql<Date>`now() + make_interval(secs => ${forMs / 1000})`,
      last_seen_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returningAll()
    .returning(online)
    .executeTakeFirst();
}

/** The account with this e-mail address or, if it is none, this username; letter case does not count. */
export function findAccount(db: Database, emailOrUsername: string): Promise<UserRow | undefined> {
  const column = emailOrUsername.includes('@') ? 'email' : 'username';
  return db
    .selectFrom('users')
    .selectAll()
    .select(online)
    .where(sql`lower(${sql.ref(column)})`, '=', emailOrUsername.toLowerCase())
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** The account, unless it is deleted. */
export function findUser(db: Database, id: string): Promise<UserRow | undefined> {
  return db
    .selectFrom('users')
    .selectAll()
    .select(online)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** What signing in rests on, which stays as it is until the transaction ends. */
export function lockAccount(
  trx: Locking,
  id: string,
): Promise<Pick<Selectable<UsersTable>, 'password_hash' | 'disabled_at'> | undefined> {
  return trx
    .selectFrom('users')
    .select(['password_hash', 'disabled_at'])
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forShare()
    .executeTakeFirst();
}

/** Puts a password in the place of the one that was compared. @returns whether it was still that one */
export async function replacePasswordHash(
  trx: Locking,
  id: string,
  from: string,
  to: string,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('users')
    .set({ password_hash: to, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('password_hash', '=', from)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Whether an e-mail address and a username are free. */
export async function takenNames(
  db: Database,
  email: string,
  username: string,
): Promise<{ email: boolean; username: boolean }> {
  const rows = await db
    .selectFrom('users')
    .select(['email', 'username'])
    .where((eb) =>
      eb.or([
        eb(sql`lower(email)`, '=', email.toLowerCase()),
        eb(sql`lower(username)`, '=', username.toLowerCase()),
      ]),
    )
    .execute();
  return {
    email: rows.some((row) => row.email?.toLowerCase() === email.toLowerCase()),
    username: rows.some((row) => row.username.toLowerCase() === username.toLowerCase()),
  };
}

export async function insertSession(db: Database, row: Insertable<SessionsTable>): Promise<void> {
  await db.insertInto('sessions').values(row).execute();
}

/** @returns whether it lived until now */
export async function endSession(db: Database, userId: string, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sessions')
    .set({ ended_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** @param keptId the one that goes on; null for none @returns the sessions ended */
export async function endSessions(db: Database, userId: string, keptId: string | null): Promise<string[]> {
  const rows = await db
    .updateTable('sessions')
    .set({ ended_at: sql<Date>`now()` })
    .where('user_id', '=', userId)
    .$if(keptId !== null, (query) => query.where('id', '<>', keptId))
    .where('ended_at', 'is', null)
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

/** A person's sessions that live, latest used first. */
export function listSessions(
  db: Database,
  userId: string,
  limit: number,
): Promise<Selectable<SessionsTable>[]> {
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .orderBy('last_used_at', 'desc')
    .limit(limit)
    .execute();
}

/** Of the given sessions, those that live. */
export async function liveSessions(db: Database, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from sessions
    where id = any (${[...ids]}::uuid[]) and ended_at is null and expires_at > now()`.execute(db);
  return new Set(rows.map((row) => row.id));
}

/** Marks sessions as used now, but for those that were just before, or that somebody holds. */
export async function touchSessions(db: Database, ids: readonly string[]): Promise<void> {
  await sql`
    update sessions set last_used_at = now() where id = any (array(
      select id from sessions
      where id = any (${[...ids]}::uuid[]) and ended_at is null and last_used_at < now() - interval '1 minute'
      for update skip locked))`.execute(db);
}
