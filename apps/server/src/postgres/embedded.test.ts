import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { chooseAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { startEmbeddedPostgres } from './embedded.ts';
import { freePort } from './port.ts';
import { gone } from './processes.ts';
import { run } from './run.ts';

const exec = promisify(execFile);
const fast = { fsync: 'off', shared_buffers: '16MB' };
const asRoot = process.getuid?.() === 0;

let template = '';
let parent = '';
let dataDir = '';

beforeAll(async () => {
  template = await openDirectory();
  await (await startEmbeddedPostgres({ dataDir: template, settings: fast }))[Symbol.asyncDispose]();
});

afterAll(() => rm(template, { recursive: true, force: true }));

beforeEach(async () => {
  parent = await openDirectory();
  dataDir = join(parent, 'data', 'postgres');
});

afterEach(async () => {
  const real = await realpath(dataDir).catch(() => dataDir);
  await rm(real, { recursive: true, force: true });
  await rm(parent, { recursive: true, force: true });
});

/** A directory that PostgreSQL's user may enter, too. */
async function openDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-embedded-'));
  await chmod(directory, 0o711);
  return directory;
}

/** Data of an earlier start, made once for all tests. */
async function prepare(): Promise<void> {
  await mkdir(dirname(dataDir));
  await exec('cp', ['-a', template, dataDir]);
}

/** The postmaster's process id, as PostgreSQL itself wrote it. */
async function postmasterOf(directory: string): Promise<number> {
  const text = await readFile(join(directory, 'cluster', 'postmaster.pid'), 'utf8');
  return Number(text.split('\n')[0]);
}

/** Another Node process that owns an embedded PostgreSQL, as a Parley would. */
async function otherOwner(directory: string) {
  const module = join(import.meta.dirname, 'embedded.ts');
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(module)};
    const pg = await startEmbeddedPostgres(${JSON.stringify({ dataDir: directory, settings: fast })});
    console.log(pg.port);
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  return { child, port: Number(line) };
}

/** Runs SQL on a stopped cluster and returns what PostgreSQL printed. */
async function alone(sql: string): Promise<string> {
  const account = await chooseAccount(dataDir);
  const { postgres } = await findBinaries(account);
  const cluster = await realpath(join(dataDir, 'cluster'));
  const { output } = await run(account, postgres, ['--single', '-D', cluster, 'parley'], {
    input: `${sql}\n`,
  });
  return output;
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const reached = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return reached;
}

test('starts, keeps its data across a restart, and stops', async () => {
  const first = await startEmbeddedPostgres({ dataDir, settings: fast });
  expect(await listens(first.port)).toBe(true);
  expect(first.connectionString).toMatch(
    new RegExp(`^postgresql://parley:[\\w-]{32}@127\\.0\\.0\\.1:${first.port}/parley$`),
  );
  const pid = await postmasterOf(dataDir);
  await first[Symbol.asyncDispose]();
  expect(await listens(first.port)).toBe(false);
  expect(await gone(pid, 0)).toBe(true);

  expect(await alone('CREATE TABLE kept AS SELECT 42 AS answer')).not.toMatch(/ERROR/);
  const port = await freePort();
  {
    await using second = await startEmbeddedPostgres({ dataDir, port, settings: fast });
    expect(second.port).toBe(port);
    expect(second.connectionString.replace(String(port), String(first.port))).toBe(first.connectionString);
  }
  expect(await alone('SELECT answer FROM kept')).toContain('answer = "42"');
  expect(await readdir(dataDir)).toEqual(expect.not.arrayContaining(['lock']));
});

test('keeps the password and the data to itself', async () => {
  await using _ = await startEmbeddedPostgres({ dataDir, settings: fast });
  const { stdout } = await exec('find', [await realpath(dataDir), '-perm', '/0066', '-not', '-type', 'l']);
  expect(stdout).toBe('');
});

test('letters beyond ASCII are letters', async () => {
  await prepare();
  expect(await alone("SELECT upper('привет') AS shouted")).toContain('shouted = "ПРИВЕТ"');
  expect(await alone('CREATE EXTENSION pg_trgm')).not.toMatch(/ERROR/);
  expect(await alone("SELECT array_length(show_trgm('привет'), 1) AS pieces")).toContain('pieces = "7"');
});

test('a second owner is refused while the first lives, in one line, and harms nothing', async () => {
  await prepare();
  await using first = await startEmbeddedPostgres({ dataDir, settings: fast });
  await expect(startEmbeddedPostgres({ dataDir, settings: fast })).rejects.toThrow(
    `unable to start; the data directory ${dataDir} is in use by process ${process.pid}`,
  );
  expect(await listens(first.port)).toBe(true);
});

test('starts again after its owner got SIGKILL', async () => {
  await prepare();
  const { child } = await otherOwner(dataDir);
  const pid = await postmasterOf(dataDir);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await using second = await startEmbeddedPostgres({ dataDir, settings: fast });
  expect(await listens(second.port)).toBe(true);
  expect(await gone(pid, 0)).toBe(true);
});

test('an orphaned PostgreSQL that goes on after its owner died is stopped first', async () => {
  await prepare();
  const { child } = await otherOwner(dataDir);
  const pid = await postmasterOf(dataDir);
  // A stopped process cannot obey the signal that its parent's death sends: it is as good as an orphan.
  process.kill(pid, 'SIGSTOP');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await gone(pid, 0)).toBe(false);
  const next = startEmbeddedPostgres({ dataDir, settings: fast });
  setTimeout(() => process.kill(pid, 'SIGCONT'), 300);
  await using second = await next;
  expect(await gone(pid, 0)).toBe(true);
  expect(await listens(second.port)).toBe(true);
});

test('starts again after PostgreSQL and its owner got SIGKILL together', async () => {
  await prepare();
  const { child } = await otherOwner(dataDir);
  process.kill(await postmasterOf(dataDir), 'SIGKILL');
  child.kill('SIGKILL');
  await once(child, 'exit');
  await using second = await startEmbeddedPostgres({ dataDir, settings: fast });
  expect(await listens(second.port)).toBe(true);
});

test('PostgreSQL that is killed is started again, where it was', async () => {
  await prepare();
  const said: string[] = [];
  const again = Promise.withResolvers<void>();
  const log = {
    info: (_: object, message: string) => {
      said.push(message);
      if (message.endsWith('started again')) again.resolve();
    },
    error: (_: object, message: string) => void said.push(message),
  };
  await using embedded = await startEmbeddedPostgres({ dataDir, settings: fast, log });
  process.kill(await postmasterOf(dataDir), 'SIGKILL');
  await again.promise;
  expect(await listens(embedded.port)).toBe(true);
  expect(said).toEqual([
    'embedded PostgreSQL started',
    'embedded PostgreSQL ended by itself',
    'embedded PostgreSQL started again',
  ]);
});

test('a stale pid file that names a living stranger, and a stale lock, are no obstacle', async () => {
  await prepare();
  await writeFile(join(dataDir, 'cluster', 'postmaster.pid'), `${process.pid}\n/elsewhere\n`);
  await writeFile(join(dataDir, 'lock'), JSON.stringify({ pid: process.pid, start: 'long ago', id: 'x' }));
  await using again = await startEmbeddedPostgres({ dataDir, settings: fast });
  expect(await listens(again.port)).toBe(true);
});

test('an interrupted first start leaves nothing that the next one trips over', async () => {
  const module = join(import.meta.dirname, 'embedded.ts');
  const script = `import { startEmbeddedPostgres } from ${JSON.stringify(module)};
    await startEmbeddedPostgres(${JSON.stringify({ dataDir, settings: fast })});`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: 'ignore',
  });
  const deadline = Date.now() + 10_000;
  const begun = async () =>
    (await readdir(dataDir).catch(() => [])).some((name) => name.startsWith('cluster.'));
  while (!(await begun())) expect(Date.now()).toBeLessThan(deadline);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await readdir(dataDir)).not.toContain('cluster');
  await using next = await startEmbeddedPostgres({ dataDir, settings: fast });
  expect(await listens(next.port)).toBe(true);
  expect((await readdir(dataDir)).filter((name) => name.startsWith('cluster.'))).toEqual([]);
});

test('data of another major version is refused and left alone', async () => {
  await prepare();
  const file = join(dataDir, 'cluster', 'PG_VERSION');
  await writeFile(file, '17\n');
  await expect(startEmbeddedPostgres({ dataDir, settings: fast })).rejects.toThrow(
    /^unable to start; the data in \S+ was made by PostgreSQL 17, this is PostgreSQL 18$/,
  );
  await writeFile(file, '18\n');
  await using again = await startEmbeddedPostgres({ dataDir, settings: fast });
  expect(await listens(again.port)).toBe(true);
});

test('a taken port is one line, and nothing is left running', async () => {
  await using first = await startEmbeddedPostgres({ dataDir, settings: fast });
  const other = join(parent, 'other');
  await expect(startEmbeddedPostgres({ dataDir: other, port: first.port, settings: fast })).rejects.toThrow(
    /^unable to start the embedded PostgreSQL; .*could not create any TCP\/IP sockets.*$/,
  );
  expect(await readdir(join(other, 'cluster'))).not.toContain('postmaster.pid');
  expect(await readdir(other)).not.toContain('lock');
});

test('a lost password is replaced', async () => {
  await prepare();
  const first = await startEmbeddedPostgres({ dataDir, settings: fast });
  await first[Symbol.asyncDispose]();
  await rm(join(dataDir, 'password'));
  await using second = await startEmbeddedPostgres({ dataDir, port: first.port, settings: fast });
  expect(second.connectionString).not.toBe(first.connectionString);
  expect(second.connectionString).toContain(await readFile(join(dataDir, 'password'), 'utf8'));
});

test('works in a directory that only its owner may enter', async () => {
  await chmod(parent, 0o700);
  await mkdir(join(parent, 'data'), { mode: 0o700 });
  await (await startEmbeddedPostgres({ dataDir, settings: fast }))[Symbol.asyncDispose]();
  const real = await realpath(dataDir);
  // As root, PostgreSQL runs as a user who cannot come here, and the data is kept where it can.
  expect(real.startsWith(await realpath(parent))).toBe(!asRoot);
  expect(await alone('CREATE TABLE kept ()')).not.toMatch(/ERROR/);
  await using second = await startEmbeddedPostgres({ dataDir, settings: fast });
  expect(await listens(second.port)).toBe(true);
  expect(await realpath(dataDir)).toBe(real);
});
