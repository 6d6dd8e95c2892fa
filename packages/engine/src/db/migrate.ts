import { sql } from 'kysely';
import { type MigrationResultSet, Migrator, NO_MIGRATIONS } from 'kysely/migration';
import type { Log } from '../log.ts';
import { type Locking, openDatabase } from './database.ts';
import * as foundation from './migrations/0001-foundation.ts';
import * as sendToConversation from './migrations/0002-send-to-conversation.ts';
import * as pages from './migrations/0003-pages.ts';
import * as fasterSend from './migrations/0004-faster-send.ts';
import * as audit from './migrations/0005-audit.ts';
import * as accounts from './migrations/0006-accounts.ts';
import * as keys from './migrations/0007-keys.ts';
import * as people from './migrations/0008-people.ts';
import * as search from './migrations/0009-search.ts';
import * as presence from './migrations/0010-presence.ts';
import * as reactions from './migrations/0012-reactions.ts';
import * as settings from './migrations/0013-settings.ts';
import * as receipts from './migrations/0014-receipts.ts';
import * as groups from './migrations/0015-groups.ts';
import * as threads from './migrations/0016-threads.ts';
import * as mentions from './migrations/0017-mentions.ts';
import * as largeGroups from './migrations/0018-large-groups.ts';
import * as inboxStart from './migrations/0019-inbox-start.ts';
import * as conversationViews from './migrations/0020-conversation-views.ts';
import * as oneKeyEach from './migrations/0021-one-key-each.ts';
import * as manyInboxes from './migrations/0022-many-inboxes.ts';
import * as knownPages from './migrations/0023-known-pages.ts';
import { unhurried } from './unhurried.ts';

const migrationLock = 7_271_990;
const migrations = {
  '0001-foundation': unhurried(foundation),
  '0002-send-to-conversation': unhurried(sendToConversation),
  '0003-pages': unhurried(pages),
  '0004-faster-send': unhurried(fasterSend),
  '0005-audit': unhurried(audit),
  '0006-accounts': unhurried(accounts),
  '0007-keys': unhurried(keys),
  '0008-people': unhurried(people),
  '0009-search': unhurried(search),
  '0010-presence': unhurried(presence),
  '0012-reactions': unhurried(reactions),
  '0013-settings': unhurried(settings),
  '0014-receipts': unhurried(receipts),
  '0015-groups': unhurried(groups),
  '0016-threads': unhurried(threads),
  '0017-mentions': unhurried(mentions),
  '0018-large-groups': unhurried(largeGroups),
  '0019-inbox-start': unhurried(inboxStart),
  '0020-conversation-views': unhurried(conversationViews),
  '0021-one-key-each': unhurried(oneKeyEach),
  '0022-many-inboxes': unhurried(manyInboxes),
  '0023-known-pages': unhurried(knownPages),
};

/**
 * Brings the database to the newest schema. Safe to run from several processes at once: one migrates, under an advisory
 * lock, the others wait.
 * @returns the names of the migrations that were run
 * @throws the error of the migration that failed; what it did is rolled back
 */
export function migrate(connectionString: string, log: Log): Promise<string[]> {
  return run(connectionString, log, (migrator) => migrator.migrateToLatest());
}

/** Undoes the latest migration, with the data that only it has a place for. @returns its name, if there was one */
export async function rollback(connectionString: string, log: Log): Promise<string | undefined> {
  const [undone] = await run(connectionString, log, (migrator) => migrator.migrateDown());
  return undone;
}

/** Undoes all migrations, with all data. */
export async function removeAll(connectionString: string, log: Log): Promise<void> {
  await run(connectionString, log, (migrator) => migrator.migrateTo(NO_MIGRATIONS));
}

async function run(
  connectionString: string,
  log: Log,
  body: (migrator: Migrator) => Promise<MigrationResultSet>,
): Promise<string[]> {
  const db = openDatabase(connectionString, 1, log, { purpose: 'migrating' });
  try {
    const results = await db.transaction().execute(async (trx) => {
      await waitForTurn(trx);
      const migrator = new Migrator({ db: trx, provider: { getMigrations: async () => migrations } });
      const { error, results: ran = [] } = await body(migrator);
      if (error !== undefined) throw new Error(reasonOf(error), { cause: error });
      return ran;
    });
    for (const { migrationName, status, direction } of results) {
      log.info({ migration: migrationName, status, direction }, 'migration');
    }
    return results.map(({ migrationName }) => migrationName);
  } catch (error) {
    throw new Error(`unable to migrate the database; ${reasonOf(error)}`, { cause: error });
  } finally {
    await db.destroy();
  }
}

/**
 * Kysely's own lock belongs to a connection: through PgBouncer it may be given back on another one, and then stays. This
 * one belongs to the transaction that everything runs in.
 */
async function waitForTurn(trx: Locking): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(trx);
  await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(trx);
}

function reasonOf(error: unknown): string {
  // A refused connection to a name with several addresses has no message of its own.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
