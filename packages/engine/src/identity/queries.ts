import { sql } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import { isOnline } from '../db/presence.ts';
import type { ExternalIdentitiesTable } from '../db/tables.ts';
import type { UserRow } from '../users/rows.ts';

/** The account of somebody whom another system knows. */
export function findByIdentity(db: Database, issuer: string, subject: string): Promise<UserRow | undefined> {
  return db
    .selectFrom('external_identities as e')
    .innerJoin('users as u', 'u.id', 'e.user_id')
    .selectAll('u')
    .select(isOnline('u').as('is_online'))
    .where('e.issuer', '=', issuer)
    .where('e.subject', '=', subject)
    .executeTakeFirst();
}

export type NewIdentity = Pick<
  ExternalIdentitiesTable,
  'issuer' | 'subject' | 'user_id' | 'profile_hash' | 'profile_at'
>;

export async function insertIdentity(trx: Locking, row: NewIdentity): Promise<void> {
  await trx.insertInto('external_identities').values(row).execute();
}

/** Notes the profile that a token of `at` had. @returns whether it is another one than the newest before */
export async function noteProfile(
  db: Database,
  { issuer, subject }: Pick<ExternalIdentitiesTable, 'issuer' | 'subject'>,
  hash: Buffer,
  at: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('external_identities')
    .set({ profile_hash: hash, profile_at: at })
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .where('profile_hash', 'is distinct from', hash)
    .where((eb) => eb.or([eb('profile_at', 'is', null), eb('profile_at', '<', at)]))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Whether somebody may come in; it stays so until the transaction ends. */
export async function lockActiveUser(trx: Locking, id: string): Promise<boolean> {
  const { rows } = await sql`select from users u where id = ${id} and ${isActive} for share`.execute(trx);
  return rows.length > 0;
}

/** Of the user `u`. */
export const isActive = sql<boolean>`(u.disabled_at is null and u.deleted_at is null)`;

export interface ExternalSession {
  readonly id: string;
  readonly userId: string;
  readonly issuer: string;
  readonly device: string;
  readonly address: string;
  readonly expiresAt: Date;
}

/** Makes a session, or lets the one there is live longer. One that was ended stays so. @returns whether it is new */
export async function beginExternalSession(
  trx: Locking,
  { id, userId, issuer, device, address, expiresAt }: ExternalSession,
): Promise<boolean> {
  const { rows } = await sql<{ isNew: boolean }>`
    insert into sessions as s (id, user_id, device, address, expires_at, issuer)
    values (${id}, ${userId}, ${device}, ${address}, ${expiresAt}, ${issuer})
    on conflict (id) do update set last_used_at = now(), expires_at = greatest(s.expires_at, excluded.expires_at)
    returning xmax = 0 as "isNew"`.execute(trx);
  return rows[0]?.isNew === true;
}

/** Forgets sessions of a person whose tokens are all of the past. */
export async function forgetExternalSessions(db: Database, userId: string, before: Date): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('issuer', 'is not', null)
    .where('expires_at', '<', before)
    .execute();
}
