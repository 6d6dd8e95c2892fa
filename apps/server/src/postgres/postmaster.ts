import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.ts';
import { openLog, readFrom } from './server-log.ts';
import { codeOf, gist } from './failure.ts';
import { commandOf, gone, startOf } from './processes.ts';
import { start } from './run.ts';

/** Replaying the log after a crash may take a while. */
const START_DEADLINE = 120_000;
/** Fast, then immediate (the next start replays the log), then none asked: each with the ms it is given. */
const STOP_LADDER = [
  ['SIGINT', 30_000],
  ['SIGQUIT', 5000],
  ['SIGKILL', 5000],
] as const;

export interface PostmasterOptions {
  program: string;
  account: Account | undefined;
  cluster: string;
  port: number;
  settings: Readonly<Record<string, string>>;
  logFile: string;
}

export interface Postmaster extends AsyncDisposable {
  /** Resolves when PostgreSQL has ended, for whatever reason. */
  ended: Promise<void>;
}

/** Why PostgreSQL did not start, from its own log. */
export class PostmasterFailure extends Error {}

/**
 * Starts PostgreSQL and waits until it takes connections; disposing stops it.
 * @throws {PostmasterFailure} with what it said; nothing is left running.
 */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const { program, account, cluster, port } = options;
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    ...options.settings,
  };
  const pairs = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  await using log = await openLog(options.logFile);
  const stdio = ['ignore', log.file.fd, log.file.fd] as const;
  const child = await start(account, program, ['-D', cluster, ...pairs], [...stdio]);
  const ended = once(child, 'exit').then(() => undefined);
  const running = { ended, [Symbol.asyncDispose]: () => stop(child, ended) };
  try {
    await ready(child, cluster);
    return running;
  } catch (error) {
    await running[Symbol.asyncDispose]();
    const said = gist(await readFrom(options.logFile, log.size));
    throw new PostmasterFailure(said === '' ? String(error) : said, { cause: error });
  }
}

async function ready(child: ChildProcess, cluster: string): Promise<void> {
  const deadline = Date.now() + START_DEADLINE;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('PostgreSQL ended at once');
    const lines = await pidFile(cluster);
    // What pg_ctl looks at too: the eighth line says how far it is.
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return;
    if (Date.now() > deadline) throw new Error(`PostgreSQL was not ready after ${START_DEADLINE} ms`);
    await sleep(20);
  }
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  for (const [signal, patience] of STOP_LADDER) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const timer = new AbortController();
    await Promise.race([ended, sleep(patience, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
  }
}

/**
 * Clears what a Parley that died left of its PostgreSQL. Only for whoever holds the data directory's lock.
 * @throws {Error} when the old one cannot be stopped.
 */
export async function clearRemains(cluster: string): Promise<void> {
  const lines = await pidFile(cluster);
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return;
  const alive = (await startOf(pid)) !== undefined;
  if (!alive || (await commandOf(pid))?.includes(` -D ${cluster} `) !== true) {
    await disown(cluster, lines);
    return;
  }
  for (const [signal, patience] of STOP_LADDER) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (codeOf(error) !== 'ESRCH') throw error;
    }
    if (await gone(pid, patience)) return;
  }
  throw new Error(`unable to start; an earlier PostgreSQL, process ${pid}, still uses ${cluster}`);
}

/**
 * PostgreSQL would take a stranger with the same number, or a process that nobody has reaped yet, for its predecessor.
 * Its own parent's number it passes over, and goes on to what the file says of shared memory still in use: that
 * question matters, which is why the file is not simply removed.
 */
async function disown(cluster: string, [, ...rest]: string[]): Promise<void> {
  await writeFile(join(cluster, 'postmaster.pid'), [process.pid, ...rest].join('\n'));
}

async function pidFile(cluster: string): Promise<string[]> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n');
}
