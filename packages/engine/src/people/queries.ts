import { sql } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import { epochNow } from '../db/epoch.ts';

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

/** What of a person's own is read whole when it changed, by the column that says when it did last. */
type OwnSeq = 'blocks_seq' | 'saved_seq' | 'reactions_seq';

/**
 * Moves a person's `inbox_seq` for a change of what is their own (rule 6), and says so of what is read whole; takes a lock on
 * them, so it comes after all others.
 */
export async function bumpOwn(
  trx: Locking,
  userId: string,
  own?: OwnSeq,
): Promise<{ epoch: string; inboxSeq: number }> {
  const said = own === undefined ? sql`` : sql`, ${sql.ref(own)} = inbox_seq + 1`;
  const { rows } = await sql<{ epoch: string; inboxSeq: number }>`
    update users set inbox_seq = inbox_seq + 1${said}
    where id = ${userId}
    returning ${epochNow} as epoch, inbox_seq as "inboxSeq"`.execute(trx);
  const [row] = rows;
  if (row === undefined) throw new Error('somebody who changes what is their own has no account');
  return row;
}
