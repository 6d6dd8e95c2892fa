import { rollback } from '@parley/engine/operations';
import { silentLog, testDatabase } from '@parley/engine/testing';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { startEmbeddedPostgres } from './postgres/embedded.ts';

const exec = promisify(execFile);
const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());

/** All there are, in the order they are run. */
const migrations = (await readdir(join(import.meta.dirname, '../../../packages/engine/src/db/migrations')))
  .flatMap((file) => /^(\d{4}-.+)\.ts$/.exec(file)?.[1] ?? [])
  .toSorted();

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script in a process of its own, where nobody sits at a terminal. */
async function run(script: string, args: readonly string[], env: Record<string, string>): Promise<Said> {
  const path = join(import.meta.dirname, script);
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const started = exec(process.execPath, ['--conditions=@parley/source', path, ...args], {
    cwd: tmpdir(),
    env: { PATH, NODE_COMPILE_CACHE, ...env },
    timeout: 60_000,
  });
  started.child.stdin?.end();
  return started.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Said) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
  );
}

/** Undoes the migrations that are left, all but what the last script says of it: a process for each takes its time. */
async function undoOthers(connectionString: string): Promise<string[]> {
  const undone: string[] = [];
  for (;;) {
    const name = await rollback(connectionString, silentLog);
    if (name === undefined) return undone;
    undone.push(name);
  }
}

test('migrate, rollback, seed and reset on a database of one’s own; no password is shown', async () => {
  const { connectionString } = resources.use(await testDatabase());
  const database = (...args: string[]) => run('database.ts', args, { DATABASE_URL: connectionString });
  const { pathname, host, password } = new URL(connectionString);
  const name = `${pathname.slice(1)} at ${host}`;
  const before = [await database('migrate'), await database('rollback')];
  expect(await undoOthers(connectionString)).toEqual(migrations.toReversed().slice(1));
  const said = [
    ...before,
    await database('rollback'),
    await database('deploy'),
    await database('seed'),
    await database('seed', '--users', '5', '--conversations', '3', '--messages', '100'),
    await database('reset', '--yes'),
    await database('generate'),
  ];
  expect(said.map(({ code }) => code)).toEqual(said.map(() => 0));
  expect(said.map(({ stdout }) => stdout.trimEnd())).toEqual([
    `${name} has the newest schema`,
    `undid ${migrations.at(-1)} on ${name}`,
    `there is no migration to undo in ${name}`,
    `ran ${migrations.join(', ')} on ${name}`,
    `made the demo people in ${name}: ada, grace, alan, margaret, katherine, hedy; their password is parley-demo`,
    expect.stringMatching(
      /100 messages, .* a second\nmade 5 people \(seed_.*3 conversations and 100 messages/,
    ),
    `${name} is empty and has the newest schema`,
    'tables.ts is what the schema says',
  ]);
  expect(JSON.stringify(said)).not.toContain(password);
}, 60_000);

test('an account is disabled and enabled by username or e-mail address', async () => {
  const { connectionString } = resources.use(await testDatabase());
  const accounts = (...args: string[]) => run('accounts.ts', args, { DATABASE_URL: connectionString });
  await run('database.ts', ['seed'], { DATABASE_URL: connectionString });
  const said = [
    await accounts('disable', 'ada'),
    await accounts('disable', 'ADA@example.com'),
    await accounts('enable', 'ada'),
    await accounts('enable', 'ada'),
  ];
  expect(said.map(({ stdout }) => stdout.trimEnd())).toEqual([
    expect.stringMatching(/^ada is disabled; sessions ended: \d+$/),
    'ADA@example.com was disabled already',
    'ada can sign in again',
    'ada was not disabled',
  ]);
  for (const [args, line] of [
    [['disable', 'nobody'], 'unable to find the account; nobody is called nobody'],
    [['disable'], 'unable to disable; say whose account, by username or e-mail address'],
    [['remove', 'ada'], 'unable to run remove; there is disable, enable, delete'],
  ] as const) {
    expect(await accounts(...args)).toEqual({ code: 1, stdout: '', stderr: `parley: ${line}\n` });
  }
}, 60_000);

test('what cannot be done is one clear line', async () => {
  const { connectionString: DATABASE_URL } = resources.use(await testDatabase());
  const failing: [string[], Record<string, string>, string][] = [
    [
      ['reset'],
      { DATABASE_URL },
      'unable to reset the database; it was not confirmed, use --yes where nobody can answer',
    ],
    [
      ['seed', '--users', 'many'],
      { DATABASE_URL },
      'unable to seed the database; --users must be a whole number of at least 2',
    ],
    [
      ['seed'],
      { DATABASE_URL, NODE_ENV: 'production' },
      'unable to seed the database; everybody knows the password of those it makes: not in production',
    ],
    [['migrate'], { NODE_ENV: 'production' }, 'unable to start; DATABASE_URL must be set in production'],
    [
      ['migrate'],
      { DATABASE_URL: 'postgres://nobody:wrong@127.0.0.1:1/none' },
      'unable to migrate the database; connect ECONNREFUSED 127.0.0.1:1',
    ],
  ];
  for (const [args, env, line] of failing) {
    expect(await run('database.ts', args, env)).toEqual({ code: 1, stdout: '', stderr: `parley: ${line}\n` });
  }
});

test('the embedded database is used when none is named, unless a server runs on it', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-database-'));
  resources.defer(() => rm(dataDir, { recursive: true }));
  await chmod(dataDir, 0o711);
  const databaseDir = join(dataDir, 'postgres');
  expect(await run('database.ts', ['migrate'], { DATA_DIR: dataDir })).toEqual({
    code: 0,
    stdout: `ran ${migrations.join(', ')} on the embedded database in ${databaseDir}\n`,
    stderr: '',
  });
  await using _running = await startEmbeddedPostgres({ dataDir: databaseDir });
  expect(await run('database.ts', ['migrate'], { DATA_DIR: dataDir })).toEqual({
    code: 1,
    stdout: '',
    stderr: `parley: unable to open the embedded database; Parley is running on it as process ${process.pid}: stop it first\n`,
  });
}, 60_000);

test('redis-test says whether Redis works', async () => {
  const REDIS_URL = process.env['PARLEY_TEST_REDIS_URL'] ?? '';
  const works = await run('redis-test.ts', [], { REDIS_URL });
  expect([works.code, works.stdout]).toEqual([0, expect.stringMatching(/^Redis at 127.0.0.1:\d+ works: /)]);
  expect(await run('redis-test.ts', [], { REDIS_URL: 'redis://127.0.0.1:1' })).toEqual({
    code: 1,
    stdout: '',
    stderr: 'parley: unable to reach Redis at 127.0.0.1:1; connect ECONNREFUSED 127.0.0.1:1\n',
  });
  expect((await run('redis-test.ts', [], {})).stderr).toBe(
    'parley: unable to test Redis; REDIS_URL is not set\n',
  );
}, 30_000);
