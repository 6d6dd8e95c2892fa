import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chooseAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { openCluster } from './cluster.ts';
import { asStartFailure } from './failure.ts';
import { openHome } from './home.ts';
import { keepRunning, type KeepRunningLog } from './keep-running.ts';
import { takeLock } from './lock.ts';
import { freePort } from './port.ts';
import { clearRemains, type Postmaster, PostmasterFailure, startPostmaster } from './postmaster.ts';

/** How often a start is tried again when the reason may pass: a port just taken, memory of a killed server. */
const ATTEMPTS = 20;

export interface EmbeddedPostgresOptions {
  /** Made when it is missing; belongs to one Parley at a time. */
  dataDir: string;
  /** On 127.0.0.1; any free one when not given. */
  port?: number;
  /** PostgreSQL settings, such as `{ max_connections: '300' }`. */
  settings?: Readonly<Record<string, string>>;
  log?: KeepRunningLog;
}

export interface EmbeddedPostgres extends AsyncDisposable {
  /** Of the database `parley`, as its owner. */
  connectionString: string;
  port: number;
}

/**
 * Starts a real PostgreSQL that belongs to this process: it listens on 127.0.0.1 only, keeps its data in `dataDir`
 * and stops when disposed of, which has to come after the last connection is closed.
 * @throws {Error} whose message is one line that says what to do; nothing is left running then.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await startUnder(options);
  } catch (error) {
    throw asStartFailure(error);
  }
}

async function startUnder(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { settings = {}, log } = options;
  const dataDir = resolve(options.dataDir);
  await using held = new AsyncDisposableStack();
  const account = await chooseAccount(dataDir);
  const home = await openHome(dataDir, account);
  held.use(await takeLock(home.lock, dataDir));
  // Before anything else looks at the data: an orphan may still write to it.
  await clearRemains(home.cluster);
  const binaries = await findBinaries(account);
  const durable = settings['fsync'] !== 'off';
  const password = await openCluster({ home, binaries, account, durable });
  const start = async (port: number): Promise<Postmaster> => {
    await clearRemains(home.cluster);
    const program = binaries.postgres;
    return startPostmaster({ program, account, cluster: home.cluster, port, settings, logFile: home.log });
  };
  const { port, postmaster } = await withPort(options.port, start);
  held.use(keepRunning(postmaster, async () => (await withPort(port, start)).postmaster, log));
  const kept = held.move();
  log?.info({ port, dataDir }, 'embedded PostgreSQL started');
  let stopped: Promise<void> | undefined;
  return {
    port,
    connectionString: `postgresql://parley:${password}@127.0.0.1:${port}/parley`,
    [Symbol.asyncDispose]: () => (stopped ??= kept.disposeAsync()),
  };
}

/** Starts on the port wanted, or on a free one, which somebody else may take just before PostgreSQL does. */
async function withPort(
  wanted: number | undefined,
  start: (port: number) => Promise<Postmaster>,
): Promise<{ port: number; postmaster: Postmaster }> {
  for (let attempt = 1; ; attempt++) {
    const port = wanted ?? (await freePort());
    try {
      return { port, postmaster: await start(port) };
    } catch (error) {
      if (!(error instanceof PostmasterFailure) || attempt === ATTEMPTS || !mayPass(error, wanted))
        throw error;
      await sleep(200);
    }
  }
}

/** The children of a server killed with SIGKILL hold its shared memory for a moment. */
function mayPass(failure: PostmasterFailure, wanted: number | undefined): boolean {
  if (failure.message.includes('shared memory block')) return true;
  return wanted === undefined && /Address already in use|could not bind/.test(failure.message);
}
