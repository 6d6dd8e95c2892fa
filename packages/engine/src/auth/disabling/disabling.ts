import { Audit } from '../../audit/audit.ts';
import type { AuditEvent } from '../../audit/events.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { Log } from '../../log.ts';
import { endSessions, findAccount } from '../queries.ts';
import { deleteMailedTokens } from '../recovery/queries.ts';
import { disableUser, enableUser } from './queries.ts';

/**
 * Keeps somebody out from now on: ends their sessions, which every server notices within its `sessionCheckMs`, and lets
 * nobody sign in to the account. What they wrote stays.
 * @param name the username or the e-mail address
 * @returns how many sessions were ended; null for an account that was disabled already
 * @throws Error when there is no such account
 */
export function disableAccount(connectionString: string, log: Log, name: string): Promise<number | null> {
  return withAccount(connectionString, log, name, async (db, userId) => {
    const disabled: AuditEvent = { kind: 'account-disabled', subjectId: userId };
    const audit = new Audit(log);
    const ended = await inTransaction(db, async (trx) => {
      if (!(await disableUser(trx, userId))) return null;
      await deleteMailedTokens(trx, userId);
      const sessionIds = await endSessions(trx, userId, null);
      const ends = sessionIds.map((sessionId): AuditEvent => ({
        kind: 'session-ended',
        subjectId: userId,
        sessionId,
      }));
      await audit.store(trx, disabled, ...ends);
      return sessionIds.length;
    });
    if (ended !== null) audit.tell(disabled);
    return ended;
  });
}

/**
 * Lets somebody in again, who has to sign in anew.
 * @returns whether the account was disabled
 * @throws Error when there is no such account
 */
export function enableAccount(connectionString: string, log: Log, name: string): Promise<boolean> {
  return withAccount(connectionString, log, name, async (db, userId) => {
    const event: AuditEvent = { kind: 'account-enabled', subjectId: userId };
    const audit = new Audit(log);
    const enabled = await inTransaction(db, async (trx) => {
      const changed = await enableUser(trx, userId);
      if (changed) await audit.store(trx, event);
      return changed;
    });
    if (enabled) audit.tell(event);
    return enabled;
  });
}

async function withAccount<T>(
  connectionString: string,
  log: Log,
  name: string,
  work: (db: Database, userId: string) => Promise<T>,
): Promise<T> {
  const db = openDatabase(connectionString, 1, log);
  try {
    const user = await findAccount(db, name);
    if (user === undefined) throw new Error(`unable to find the account; nobody is called ${name}`);
    return await work(db, user.id);
  } finally {
    await db.destroy();
  }
}
