import { type Selectable, sql } from 'kysely';
import type { Database, Locking } from '../../db/database.ts';
import type { RefreshTokensTable, SessionsTable } from '../../db/tables.ts';

export async function insertRefreshToken(
  db: Database,
  row: Pick<RefreshTokensTable, 'hash' | 'session_id' | 'parent'>,
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
): Promise<
  (Selectable<SessionsTable> & Pick<Selectable<RefreshTokensTable>, 'used_at' | 'parent'>) | undefined
> {
  return trx
    .selectFrom('refresh_tokens as t')
    .innerJoin('sessions as s', 's.id', 't.session_id')
    .selectAll('s')
    .select(['t.used_at', 't.parent'])
    .where('t.hash', '=', hash)
    .forUpdate()
    .executeTakeFirst();
}

/** Whether one of the tokens that this one was traded for has been used. */
export async function wasFollowed(trx: Locking, hash: Buffer, sessionId: string): Promise<boolean> {
  const child = await trx
    .selectFrom('refresh_tokens')
    .select('hash')
    .where('session_id', '=', sessionId)
    .where('parent', '=', hash)
    .where('used_at', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return child !== undefined;
}

/**
 * Marks the token used, the first time it is, with those that the same one was traded for, and its session as alive until
 * `expiresAt`.
 */
export async function spendRefreshToken(
  trx: Locking,
  { hash, parent }: { hash: Buffer; parent: Buffer | null },
  sessionId: string,
  expiresAt: Date,
): Promise<void> {
  await trx
    .updateTable('refresh_tokens')
    .set({ used_at: sql<Date>`coalesce(used_at, now())` })
    .where('session_id', '=', sessionId)
    .where((eb) => eb.or([eb('hash', '=', hash), eb('parent', '=', parent)]))
    .execute();
  await trx
    .updateTable('sessions')
    .set({ last_used_at: sql<Date>`now()`, expires_at: expiresAt })
    .where('id', '=', sessionId)
    .execute();
}
