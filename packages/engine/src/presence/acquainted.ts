import type { Database } from '../db/database.ts';
import { silencedFor } from '../people/silenced.ts';
import { acquaintances } from './queries.ts';

/** Of the given people, those of whom somebody may know whether they are there. */
export async function acquainted(
  db: Database,
  userId: string,
  userIds: readonly string[],
): Promise<Set<string>> {
  const [known, silenced] = await Promise.all([acquaintances(db, userId, userIds), silencedFor(db, userId)]);
  return new Set(known.filter((id) => !silenced.has(id)));
}
