import { ParleyError } from '@parley/contract';
import { sql } from 'kysely';
import type { Database } from './database.ts';

const deadlineMs = 2_000;

/** @throws UNAVAILABLE when the database does not answer within two seconds */
export async function checkDatabase(db: Database): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('no answer in time')), deadlineMs);
  try {
    await Promise.race([sql`select 1`.execute(db), late.promise]);
  } catch (error) {
    throw new ParleyError('UNAVAILABLE', 'unable to reach the database', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
