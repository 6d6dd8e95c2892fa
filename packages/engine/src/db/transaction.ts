import type { Database, Locking } from './database.ts';
import { isTransient } from './errors.ts';

const attempts = 4;

/** Runs a READ COMMITTED transaction, again when it was the victim of a deadlock. `body` must bear being repeated. */
export async function inTransaction<T>(db: Database, body: (trx: Locking) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(body);
    } catch (error) {
      if (attempt === attempts || !isTransient(error)) throw error;
    }
  }
}
