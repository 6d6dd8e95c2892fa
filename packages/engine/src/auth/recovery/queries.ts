import { type Insertable, sql } from 'kysely';
import type { Database, Locking } from '../../db/database.ts';
import type { MailedTokensTable } from '../../db/tables.ts';

export type TokenPurpose = MailedTokensTable['purpose'];

/** Keeps a token in the place of an earlier one for the same, which is void from then on. */
export async function putMailedToken(db: Database, row: Insertable<MailedTokensTable>): Promise<void> {
  const { hash, expires_at } = row;
  await db
    .insertInto('mailed_tokens')
    .values(row)
    .onConflict((conflict) => conflict.columns(['user_id', 'purpose']).doUpdateSet({ hash, expires_at }))
    .execute();
}

/** Whose a token is, while it is good. */
export async function findMailedToken(
  db: Database,
  purpose: TokenPurpose,
  hash: Buffer,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('mailed_tokens')
    .select('user_id')
    .where('hash', '=', hash)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
  return row?.user_id;
}

/** Uses a token up. @returns whose it was, if it was good until now */
export async function takeMailedToken(
  trx: Locking,
  purpose: TokenPurpose,
  hash: Buffer,
): Promise<string | undefined> {
  const row = await trx
    .deleteFrom('mailed_tokens')
    .where('hash', '=', hash)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', sql<Date>`now()`)
    .returning('user_id')
    .executeTakeFirst();
  return row?.user_id;
}

export async function deleteMailedTokens(trx: Locking, userId: string): Promise<void> {
  await trx.deleteFrom('mailed_tokens').where('user_id', '=', userId).execute();
}

/** Sets a password by mail, which proves the address as well. @returns whether there is such an account in use */
export async function resetPasswordHash(trx: Locking, id: string, hash: string): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('users')
    .set({
      password_hash: hash,
      email_verified_at: sql<Date>`coalesce(email_verified_at, now())`,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function markEmailVerified(trx: Locking, id: string): Promise<void> {
  await trx
    .updateTable('users')
    .set({ email_verified_at: sql<Date>`coalesce(email_verified_at, now())` })
    .where('id', '=', id)
    .execute();
}
