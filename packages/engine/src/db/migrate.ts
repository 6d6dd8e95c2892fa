import { type MigrationResultSet, Migrator, NO_MIGRATIONS } from 'kysely/migration';
import type { Log } from '../log.ts';
import { openDatabase } from './database.ts';
import * as foundation from './migrations/0001-foundation.ts';
import { unhurried } from './unhurried.ts';

const migrations = { '0001-foundation': unhurried(foundation) };

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
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
    const { error, results = [] } = await body(migrator);
    for (const { migrationName, status, direction } of results) {
      log.info({ migration: migrationName, status, direction }, 'migration');
    }
    if (error !== undefined) {
      throw new Error(`unable to migrate the database; ${reasonOf(error)}`, { cause: error });
    }
    return results.map(({ migrationName }) => migrationName);
  } finally {
    await db.destroy();
  }
}

function reasonOf(error: unknown): string {
  // A refused connection to a name with several addresses has no message of its own.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
