import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../db/migrate.ts';
import { silentLog } from './log.ts';

/** A migrated database of a test's own, dropped when it is disposed. */
export interface TestDatabase extends AsyncDisposable {
  readonly connectionString: string;
  /** Cuts everybody off from it, as if PostgreSQL were gone, or lets them in again. */
  setReachable(reachable: boolean): Promise<void>;
}

const template = 'parley_test_template';
const templateLock = 7_271_991;

/**
 * Makes an empty, migrated database on the server that the test run started.
 * @throws Error when no test run started one
 */
export async function testDatabase(): Promise<TestDatabase> {
  const url = process.env['PARLEY_TEST_DATABASE_URL'];
  if (url === undefined)
    throw new Error('unable to test; run the tests through pnpm test:unit or pnpm test:e2e');
  const name = `parley_test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(url, async (admin) => {
    await admin.query('select pg_advisory_lock($1)', [templateLock]);
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [template]);
    if (rowCount === 0) await makeTemplate(admin, url);
    await admin.query(`create database ${name} template ${template}`);
  });
  return {
    connectionString: withDatabase(url, name),
    setReachable: (reachable) =>
      asAdmin(url, async (admin) => {
        await admin.query(`alter database ${name} with allow_connections ${String(reachable)}`);
        if (reachable) return;
        await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
          name,
        ]);
      }),
    [Symbol.asyncDispose]: () =>
      asAdmin(url, async (admin) => {
        await admin.query(`drop database ${name} with (force)`);
      }),
  };
}

async function makeTemplate(admin: pg.Client, url: string): Promise<void> {
  const unfinished = `${template}_unfinished`;
  await admin.query(`drop database if exists ${unfinished}`);
  await admin.query(`create database ${unfinished} template template0`);
  await migrate(withDatabase(url, unfinished), silentLog);
  await admin.query(`alter database ${unfinished} rename to ${template}`);
}

async function asAdmin(url: string, body: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await body(admin);
  } finally {
    await admin.end();
  }
}

function withDatabase(url: string, name: string): string {
  const database = new URL(url);
  database.pathname = `/${name}`;
  return database.href;
}
