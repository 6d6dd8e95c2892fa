import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import { isOnline } from '../db/presence.ts';
import type { RefreshTokensTable, SessionsTable, UsersTable } from '../db/tables.ts';
import type { UserRow } from '../users/rows.ts';

const online = isOnline('users').as('is_online');

export function insertUser(db: Database, row: Insertable<UsersTable>): Promise<UserRow> {
  return db.insertInto('users').values(row).returningAll().returning(online).executeTakeFirstOrThrow();
}

export function updateUser(
  db: Database,
  id: string,
  change: Updateable<UsersTable>,
): Promise<UserRow | undefined> {
  return db
    .updateTable('users')
    .set({ ...change, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
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
    .executeTakeFirst();
}

export function findUser(db: Database, id: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().select(online).where('id', '=', id).executeTakeFirst();
}

/** The hash of a person's password, which stays as it is until the transaction ends. */
export async function lockPasswordHash(trx: Locking, id: string): Promise<string | undefined> {
  const row = await trx
    .selectFrom('users')
    .select('password_hash')
    .where('id', '=', id)
    .forShare()
    .executeTakeFirst();
  return row?.password_hash;
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
    email: rows.some((row) => row.email.toLowerCase() === email.toLowerCase()),
    username: rows.some((row) => row.username.toLowerCase() === username.toLowerCase()),
  };
}

export async function insertSession(db: Database, row: Insertable<SessionsTable>): Promise<void> {
  await db.insertInto('sessions').values(row).execute();
}

export async function insertRefreshToken(
  db: Database,
  row: Pick<RefreshTokensTable, 'hash' | 'session_id'>,
): Promise<void> {
  await db
    .insertInto('refresh_tokens')
    .values({ ...row, used_at: null })
    .execute();
}

/** A refresh token and its session, both locked. */
export function lockRefreshToken(
  trx: Locking,
  hash: Buffer,
): Promise<(Selectable<SessionsTable> & Pick<Selectable<RefreshTokensTable>, 'used_at'>) | undefined> {
  return trx
    .selectFrom('refresh_tokens as t')
    .innerJoin('sessions as s', 's.id', 't.session_id')
    .selectAll('s')
    .select('t.used_at')
    .where('t.hash', '=', hash)
    .forUpdate()
    .executeTakeFirst();
}

/** Marks the token used, the first time it is, and its session as alive until `expiresAt`. */
export async function spendRefreshToken(
  trx: Locking,
  hash: Buffer,
  sessionId: string,
  expiresAt: Date,
): Promise<void> {
  await trx
    .updateTable('refresh_tokens')
    .set({ used_at: sql<Date>`coalesce(used_at, now())` })
    .where('hash', '=', hash)
    .execute();
  await trx
    .updateTable('sessions')
    .set({ last_used_at: sql<Date>`now()`, expires_at: expiresAt })
    .where('id', '=', sessionId)
    .execute();
}

export async function endSession(db: Database, id: string): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ ended_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute();
}

/** @returns the sessions ended */
export async function endOtherSessions(db: Database, userId: string, keptId: string): Promise<string[]> {
  const rows = await db
    .updateTable('sessions')
    .set({ ended_at: sql<Date>`now()` })
    .where('user_id', '=', userId)
    .where('id', '<>', keptId)
    .where('ended_at', 'is', null)
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

/** Of the given sessions, those that live. */
export async function liveSessions(db: Database, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from sessions
    where id = any (${[...ids]}::uuid[]) and ended_at is null and expires_at > now()`.execute(db);
  return new Set(rows.map((row) => row.id));
}
