import { Audit } from '../audit/audit.ts';
import { findAccount } from '../auth/queries.ts';
import { memoryBus } from '../bus/memory-bus.ts';
import { openDatabase } from '../db/database.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Log } from '../log.ts';
import { beginDeletion } from './begin-deletion.ts';
import { erase } from './erase.ts';
import type { DeletedMessages } from './queries.ts';

/**
 * Deletes an account from outside a running server, all of it. Servers hear of it from the database: of its sessions within
 * seconds, of its memberships with the next comparison of heads.
 * @param name the username or the e-mail address
 * @returns whether there was such an account
 */
export async function deleteAccount(
  connectionString: string,
  log: Log,
  name: string,
  messages: DeletedMessages,
): Promise<boolean> {
  await using bus = memoryBus();
  const db = openDatabase(connectionString, 2, log);
  try {
    const account = await findAccount(db, name);
    if (account === undefined) return false;
    const { id } = account;
    const audit = new Audit(log);
    const begun = await inTransaction(db, (trx) => beginDeletion(trx, id, messages));
    if (begun !== null) audit.tell(begun.event);
    // A server may carry it on at the same time: each step is done once, whoever comes first.
    await erase({ db, bus, audit, beforeStep: async () => {} }, { id, erasing: messages });
    return true;
  } finally {
    await db.destroy();
  }
}
