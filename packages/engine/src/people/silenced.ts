import type { Database } from '../db/database.ts';
import { silencesOf } from './queries.ts';

/**
 * The people whom somebody neither sees nor hears, and who neither see nor hear them: the one place where it is asked
 * whether one person may know of another being there, or typing. It is asked once for each stream; who is silenced later is
 * heard of from `Silences`.
 */
export async function silencedFor(db: Database, userId: string): Promise<ReadonlySet<string>> {
  return new Set((await silencesOf(db, [userId])).map(({ other }) => other));
}
