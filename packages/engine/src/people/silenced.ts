import type { Database } from '../db/database.ts';

/**
 * The people whom somebody neither sees nor hears, and who neither see nor hear them: the one place where it is asked
 * whether one person may know of another being there, or typing. It is asked once for each stream.
 */
export async function silencedFor(_db: Database, _userId: string): Promise<ReadonlySet<string>> {
  return nobody;
}

const nobody: ReadonlySet<string> = new Set();
