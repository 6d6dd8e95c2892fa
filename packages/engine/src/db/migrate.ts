import { Migrator } from 'kysely/migration';
import type { Log } from '../log.ts';
import { openDatabase } from './database.ts';
import * as foundation from './migrations/0001-foundation.ts';

const migrations = { '0001-foundation': foundation };

/**
 * Brings the database to the newest schema. Safe to run from several processes at once: one migrates, under an advisory
 * lock, the others wait.
 * @throws the error of the migration that failed; what it did is rolled back
 */
export async function migrate(connectionString: string, log: Log): Promise<void> {
  const db = openDatabase(connectionString, 1, log, 'migrating');
  try {
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
    const { error, results } = await migrator.migrateToLatest();
    for (const { migrationName, status } of results ?? []) {
      log.info({ migration: migrationName, status }, 'migration');
    }
    if (error !== undefined) throw new Error('unable to migrate the database', { cause: error });
  } finally {
    await db.destroy();
  }
}
