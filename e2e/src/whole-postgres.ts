import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Account, chooseAccount } from '@parley/server/postgres/account';
import { freePort } from '@parley/server/postgres/port';
import { run, start } from '@parley/server/postgres/run';
import pg from 'pg';
import { findOrInstall, initdb } from '../../scripts/services/programs.ts';

const startDeadlineMs = 20_000;

/** A PostgreSQL of the system's packages, whose clients fit it; it forgets everything when it is disposed. */
export interface WholePostgres extends Cluster {
  /** For what may be written by its clients. */
  readonly directory: string;
  /** Runs one of its clients to the end. @throws Error with what it said when it fails */
  client(name: 'createdb' | 'pg_dump' | 'pg_restore', ...args: readonly string[]): Promise<void>;
  /** Copies it, and starts the copy, which follows it from then on and answers reads only. */
  startStandby(): Promise<Cluster>;
}

/** A running PostgreSQL on 127.0.0.1. */
export interface Cluster extends AsyncDisposable {
  readonly port: number;
  /** Of a database of that name, made or not. */
  urlOf(database: string): string;
  /** Ends it without warning. */
  kill(): Promise<void>;
}

/** Starts one on 127.0.0.1, on a port of its own. */
export async function startWholePostgres(): Promise<WholePostgres> {
  const programs = dirname(await realpath(await findOrInstall(initdb)));
  await using held = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'parley-postgres-'));
  held.defer(() => rm(directory, { recursive: true, force: true }));
  const account = await chooseAccount(directory);
  const [cluster, secret] = [join(directory, 'cluster'), join(directory, 'password')];
  const password = randomBytes(24).toString('base64url');
  await writeFile(secret, password);
  await chmod(directory, 0o700);
  if (account !== undefined) await chown(directory, account.uid, account.gid);

  async function finish(name: string, ...args: readonly string[]): Promise<void> {
    const { ok, output } = await run(account, join(programs, name), args, { timeout: 60_000 });
    if (!ok) throw new Error(`unable to run ${name}; ${output}`);
  }
  const login = ['-U', 'parley', '--pwfile', secret, '-A', 'scram-sha-256'];
  await finish('initdb', '-D', cluster, ...login, '-E', 'UTF8', '--locale', 'C', '--no-sync');

  const startOn = (data: string) => startCluster({ account, programs, data, password });
  const primary = held.use(await startOn(cluster));
  const kept = held.move();
  return {
    ...primary,
    directory,
    client: finish,
    async startStandby() {
      const data = join(directory, randomBytes(4).toString('hex'));
      await finish('pg_basebackup', '-D', data, '-R', '-c', 'fast', '-d', primary.urlOf('postgres'));
      return kept.use(await startOn(data));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

interface ClusterOptions {
  readonly account: Account | undefined;
  /** The folder of the programs. */
  readonly programs: string;
  readonly data: string;
  readonly password: string;
}

async function startCluster({ account, programs, data, password }: ClusterOptions): Promise<Cluster> {
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${port}`, 'fsync=off'];
  const flags = settings.flatMap((setting) => ['-c', setting]);
  const server = await start(account, join(programs, 'postgres'), ['-D', data, ...flags], 'ignore');
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGQUIT'); // at once: it saves nothing
    await ended;
  };
  const urlOf = (database: string) => `postgres://parley:${password}@127.0.0.1:${port}/${database}`;
  const deadline = Date.now() + startDeadlineMs;
  while (!(await answers(urlOf('postgres')))) {
    if (server.exitCode === null && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50));
    else {
      await kill();
      throw new Error('unable to start PostgreSQL');
    }
  }
  return { port, urlOf, kill, [Symbol.asyncDispose]: kill };
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  // It may be cut off while it starts.
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
