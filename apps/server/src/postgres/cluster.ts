import { randomBytes, randomUUID } from 'node:crypto';
import {
  chmod,
  chown,
  lchown,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { codeOf, gist } from './failure.ts';
import type { Home } from './home.ts';
import { run } from './run.ts';

export interface ClusterOptions {
  home: Home;
  binaries: Binaries;
  account: Account | undefined;
  /** False for data that need not survive a power failure. */
  durable: boolean;
}

/** Makes the cluster when there is none, or checks that this PostgreSQL can read the one there is; returns the password. */
export async function openCluster(options: ClusterOptions): Promise<string> {
  const { home } = options;
  await removeUnfinished(home);
  const stored = await readIfThere(home.password);
  const password = stored ?? (await keepNewPassword(home));
  if ((await lstat(home.cluster).catch(() => undefined)) === undefined) {
    await initialise(options, password);
    return password;
  }
  await checkVersion(options);
  if (options.account !== undefined) await handOver(home.cluster, options.account);
  if (stored === undefined) {
    await alone(options, home.cluster, 'postgres', `ALTER ROLE parley PASSWORD '${password}'`);
  }
  return password;
}

async function keepNewPassword({ password: file }: Home): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, password, { mode: 0o600, flush: true });
  await rename(draft, file);
  return password;
}

/** Under another name until it is whole, so that an interrupted start leaves nothing that looks like data. */
async function initialise(options: ClusterOptions, password: string): Promise<void> {
  const { home, account, binaries, durable } = options;
  const draft = `${home.cluster}.${randomUUID()}`;
  await mkdir(draft);
  await chmod(draft, 0o700);
  const secret = join(home.path, `password.${randomUUID()}`);
  await writeFile(secret, password, { mode: 0o600 });
  if (account !== undefined) {
    await chown(draft, account.uid, account.gid);
    await chown(secret, account.uid, account.gid);
  }
  const ctype = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8';
  const args = [
    ...['-D', draft, '-U', 'parley', '--pwfile', secret, '-A', 'scram-sha-256', '-E', 'UTF8'],
    ...['--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
    ...(durable ? [] : ['--no-sync']),
  ];
  try {
    // pg_trgm asks the C library what a letter is; a C library without UTF-8 locales still gets a database.
    let made = await run(account, binaries.initdb, [...args, '--lc-ctype', ctype]);
    if (!made.ok && made.output.includes('locale')) made = await run(account, binaries.initdb, args);
    if (!made.ok) throw new Error(`unable to start; initdb failed: ${gist(made.output)}`);
    await alone(options, draft, 'postgres', 'CREATE DATABASE parley');
    await rename(draft, home.cluster);
  } finally {
    await rm(secret, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

/** One statement in PostgreSQL's single-user mode: no port, no password. */
async function alone(options: ClusterOptions, cluster: string, database: string, sql: string): Promise<void> {
  const { binaries, account, durable } = options;
  const args = ['--single', '-D', cluster, ...(durable ? [] : ['-c', 'fsync=off']), database];
  const { ok, output } = await run(account, binaries.postgres, args, { input: `${sql}\n` });
  if (!ok || /\b(ERROR|FATAL|PANIC):/.test(output)) {
    throw new Error(`unable to start; "${sql.split(' PASSWORD')[0]}" failed: ${gist(output)}`);
  }
}

async function checkVersion({ home, binaries }: ClusterOptions): Promise<void> {
  const version = (await readIfThere(join(home.cluster, 'PG_VERSION')))?.trim();
  if (version === undefined) {
    throw new Error(`unable to start; ${home.cluster} holds no PostgreSQL data`);
  }
  if (version !== String(binaries.major)) {
    throw new Error(
      `unable to start; the data in ${home.cluster} was made by PostgreSQL ${version}, this is PostgreSQL ${binaries.major}`,
    );
  }
}

/** A copy made by root belongs to root, and PostgreSQL refuses data that is not its user's own. */
async function handOver(path: string, account: Account): Promise<void> {
  const found = await lstat(path);
  if (found.uid === account.uid) return;
  await chmod(path, 0o700);
  await giveAway(path, account);
}

async function giveAway(path: string, account: Account): Promise<void> {
  await lchown(path, account.uid, account.gid);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) await giveAway(inner, account);
    else await lchown(inner, account.uid, account.gid);
  }
}

async function removeUnfinished(home: Home): Promise<void> {
  for (const name of await readdir(home.path)) {
    if (!/^(cluster|password)\./.test(name)) continue;
    await rm(join(home.path, name), { recursive: true, force: true });
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
