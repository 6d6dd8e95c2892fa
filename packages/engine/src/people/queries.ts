import { sql } from 'kysely';
import type { Database } from '../db/database.ts';

/** Of the given people, each with everybody whom they have blocked, or who has blocked them. */
export async function silencesOf(
  db: Database,
  userIds: readonly string[],
): Promise<{ id: string; other: string }[]> {
  const ids = sql`${[...userIds]}::uuid[]`;
  const { rows } = await sql<{ id: string; other: string }>`
    select blocker_id as id, blocked_id as other from blocks where blocker_id = any (${ids})
    union
    select blocked_id, blocker_id from blocks where blocked_id = any (${ids})`.execute(db);
  return rows;
}
