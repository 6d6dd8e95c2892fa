import { newId } from '@parley/contract';
import type { Insertable } from 'kysely';
import { insertUser } from '../auth/queries.ts';
import type { Database, Locking } from '../db/database.ts';
import { violatedUnique } from '../db/errors.ts';
import type { UsersTable } from '../db/tables.ts';
import { inTransaction } from '../db/transaction.ts';
import type { UserRow } from '../users/rows.ts';
import { findByIdentity, insertIdentity, type NewIdentity } from './queries.ts';

/** Somebody whom another system knows, as they are made here. */
export interface Newcomer {
  readonly identity: Omit<NewIdentity, 'user_id'>;
  readonly user: Pick<Insertable<UsersTable>, 'username' | 'display_name' | 'avatar' | 'email'>;
  /** What to try when a name is taken. @throws to give up */
  readonly instead: (taken: 'username' | 'email', user: Newcomer['user']) => Newcomer['user'];
  /** Kept with the account. */
  readonly onMade: (trx: Locking, userId: string) => Promise<void>;
}

const attempts = 8;

/**
 * The account of somebody whom another system knows, made when there is none. Several processes at once make one; and none
 * is ever taken for that of somebody who is known here by the same name or e-mail address.
 */
export async function findOrMake(
  db: Database,
  newcomer: Newcomer,
): Promise<{ user: UserRow; made: boolean }> {
  const { issuer, subject } = newcomer.identity;
  let { user: wanted } = newcomer;
  for (let attempt = 1; ; attempt += 1) {
    const user = await findByIdentity(db, issuer, subject);
    if (user !== undefined) return { user, made: false };
    try {
      return { user: await make(db, newcomer, wanted), made: true };
    } catch (error) {
      const taken = violatedUnique(error);
      if (attempt === attempts || taken === undefined) throw error;
      // Somebody has just made this very one, or has the name. Whoever it is is looked for first.
      if (taken === 'external_identities_pkey') continue;
      if ((await findByIdentity(db, issuer, subject)) !== undefined) continue;
      wanted = newcomer.instead(taken === 'users_email_key' ? 'email' : 'username', wanted);
    }
  }
}

function make(db: Database, newcomer: Newcomer, user: Newcomer['user']): Promise<UserRow> {
  return inTransaction(db, async (trx) => {
    const id = newId();
    // Whoever vouches for the person vouches for the address.
    const verified = user.email == null ? null : new Date();
    const made = await insertUser(trx, { id, ...user, email_verified_at: verified });
    await insertIdentity(trx, { ...newcomer.identity, user_id: id });
    await newcomer.onMade(trx, id);
    return made;
  });
}
