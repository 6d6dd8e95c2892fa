import type pg from 'pg';
import { startServerProcess } from '../../../e2e/src/server-process.ts';
import { findOrInstall, redisServer } from '../../../scripts/services/programs.ts';
import { startRedis } from '../../../scripts/services/redis.ts';
import { startMeasuredPostgres } from './postgres.ts';
import { pin } from './processes.ts';

/** For reading what a server says of itself. */
const metricsToken = 'a-token-for-metrics';

/** Limits are counted as in production, and never met. */
const limits = {
  LIMITS: 'on',
  LIMIT_CALLS: '100000000/10s',
  LIMIT_SEND: '100000000/10s',
  LIMIT_SUBSCRIBE: '100000000/10s',
  LIMIT_SEARCH: '100000000/10s',
  LIMIT_CONNECT: 'off',
};

/** Server processes, with a PostgreSQL and a Redis of their own and nothing in between. */
export interface MeasuredServers extends AsyncDisposable {
  readonly urls: readonly string[];
  readonly pids: readonly number[];
  readonly connectionString: string;
  readonly pool: pg.Pool;
}

export interface MeasuredSettings {
  /** How many processes; one when left out. */
  readonly processes?: number;
  /** Of another checkout of this repository, to run its server instead of this one's. */
  readonly root?: string;
  /** A folder for a profile of its processor time, written when it stops. */
  readonly profile?: string | null;
}

/** Starts them: the servers on the first core, what they stand on with the load on the second. */
export async function startMeasuredServers({
  processes = 1,
  root,
  profile = null,
}: MeasuredSettings): Promise<MeasuredServers> {
  await using held = new AsyncDisposableStack();
  const { connectionString, pool, directory } = held.use(await startMeasuredPostgres());
  const redis = held.use(await startRedis(await findOrInstall(redisServer), directory));
  await pin(redis.pid, 1);
  const env = {
    LOG_LEVEL: 'warn',
    CONNECTS_PER_SECOND: '10000',
    METRICS_TOKEN: metricsToken,
    ...limits,
    ...(profile === null ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` }),
  };
  const settings = { databaseUrl: connectionString, redisUrl: redis.url, env };
  const urls: string[] = [];
  const pids: number[] = [];
  for (let started = 0; started < processes; started += 1) {
    const server = await startServerProcess({ ...settings, ...(root === undefined ? {} : { root }) });
    held.use(server);
    await pin(server.pid, 0);
    urls.push(server.url);
    pids.push(server.pid);
  }
  const kept = held.move();
  return { urls, pids, connectionString, pool, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** How long the server's event loop kept others waiting since this was last asked: the 99th percentile, in milliseconds. */
export async function eventLoopDelay(url: string): Promise<number> {
  const headers = { authorization: `Bearer ${metricsToken}` };
  const answer = await fetch(`${url}/metrics`, { headers, signal: AbortSignal.timeout(20_000) });
  const seconds = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(await answer.text())?.[1];
  if (seconds === undefined) throw new Error('the server does not tell its delay');
  return Number(seconds) * 1_000;
}
