import { sql } from 'kysely';
import type { Database } from '../../db/database.ts';

/**
 * Deletes sessions that were over before `before`, with their tokens, up to a number. One of another issuer is kept for as
 * long as its tokens last: it keeps them out. @returns how many there were
 */
export async function deleteSessionsOver(db: Database, before: Date, limit: number): Promise<number> {
  const { rows } = await sql`
    with over as (
      select id from sessions where least(ended_at, expires_at) < ${before} and (issuer is null or expires_at < ${before})
      order by least(ended_at, expires_at) limit ${limit} for update skip locked
    ), tokens as (
      delete from refresh_tokens where session_id in (select id from over)
    )
    delete from sessions where id in (select id from over) returning id`.execute(db);
  return rows.length;
}

/** Deletes mailed tokens that expired before `before`. */
export async function deleteMailedTokensOver(db: Database, before: Date): Promise<void> {
  await db.deleteFrom('mailed_tokens').where('expires_at', '<', before).execute();
}
