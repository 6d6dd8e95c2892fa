import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testTokens } from '@parley/engine/testing';
import { freePort } from '@parley/server/postgres/port';
import { tiedToParent } from '@parley/server/postgres/tied';

const entry = 'apps/server/src/main.ts';
const repository = fileURLToPath(new URL('../..', import.meta.url));
const startDeadlineMs = 30_000;
const stopDeadlineMs = 30_000;

/** A Parley server as a process of its own. Disposing it stops it with SIGTERM, and waits. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  readonly url: string;
  /** All it has written so far. */
  output(): string;
  /** Ends it without warning. */
  kill(): Promise<void>;
  /** Asks it to stop. @returns its exit code */
  stop(): Promise<number | null>;
}

export interface ServerSettings {
  /** The embedded one when left out. */
  readonly databaseUrl?: string;
  /** The memory bus when left out. */
  readonly redisUrl?: string;
  /** Nodes of a Redis Cluster, in place of a Redis. */
  readonly redisClusterUrls?: readonly string[];
  /** A free one when left out. */
  readonly port?: number;
  /** The folder of a production install to run, without the sources; this repository's sources when left out. */
  readonly installed?: string;
  /** Another checkout of this repository to run the sources of. */
  readonly root?: string;
  /** Further variables of the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts a server, over a database and a Redis when it is given them, and waits until it answers.
 * @throws Error with its output when it does not
 */
export async function startServerProcess(settings: ServerSettings): Promise<ServerProcess> {
  const port = settings.port ?? (await freePort());
  // A test run that is killed leaves no server behind.
  const { installed, root = repository } = settings;
  const main =
    installed === undefined
      ? ['--conditions=@parley/source', join(root, entry)]
      : ['apps/server/dist/main.js'];
  const [command, ...args] = await tiedToParent('TERM', [process.execPath, ...main]);
  const child = spawn(command, args, {
    cwd: installed,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      NODE_ENV: 'test',
      PORT: String(port),
      // An empty variable counts as one that is not set.
      DATABASE_URL: settings.databaseUrl ?? '',
      REDIS_URL: settings.redisUrl ?? '',
      REDIS_CLUSTER_URLS: settings.redisClusterUrls?.join(',') ?? '',
      JWT_SECRET: testTokens.secret,
      LOG_LEVEL: 'info',
      DRAIN_MS: '500',
      // All people of a test come from one address, and some do in a second what others do in a day.
      LIMITS: 'off',
      ...settings.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (written += text));
  }
  const { pid } = child;
  if (pid === undefined) throw new Error('unable to start a server; it has no process');
  const server: ServerProcess = {
    pid,
    port,
    url: `http://127.0.0.1:${port}`,
    output: () => written,
    async kill() {
      await signal(child, 'SIGKILL');
    },
    stop: () => signal(child, 'SIGTERM'),
    async [Symbol.asyncDispose]() {
      await signal(child, 'SIGTERM');
    },
  };
  await answers(server, child);
  return server;
}

/** Sends a signal and waits for the end; a process that does not end in time is killed. */
async function signal(child: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill(name);
  const late = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs);
  await ended;
  clearTimeout(late);
  return child.exitCode;
}

async function answers(server: ServerProcess, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + startDeadlineMs;
  while (child.exitCode === null && Date.now() < deadline) {
    const health = await fetch(`${server.url}/health/db`, { signal: AbortSignal.timeout(2_000) }).catch(
      () => null,
    );
    if (health?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  await server.kill();
  throw new Error(`unable to start a server; it wrote:\n${server.output()}`);
}

/** The Redis that the test run started. */
export function testRedisUrl(): string {
  const url = process.env['PARLEY_TEST_REDIS_URL'];
  if (url === undefined) throw new Error('unable to test; run the tests through pnpm test:e2e');
  return url;
}
