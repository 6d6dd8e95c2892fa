import type pg from 'pg';
import { startServerProcess } from '../../../e2e/src/server-process.ts';
import { findOrInstall, redisServer } from '../../../scripts/services/programs.ts';
import { startRedis } from '../../../scripts/services/redis.ts';
import { startMeasuredPostgres } from './postgres.ts';
import { pin } from './processes.ts';

/** For reading what a server says of itself. */
export const metricsToken = 'a-token-for-metrics';

/** A server process, with a PostgreSQL and a Redis of its own and nothing in between. */
export interface MeasuredServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly connectionString: string;
  readonly pool: pg.Pool;
}

/**
 * Starts them: the server on the first core, what it stands on with the load on the second.
 * @param root of another checkout of this repository, to run its server instead of this one's
 */
export async function startMeasuredServer(root?: string): Promise<MeasuredServer> {
  await using held = new AsyncDisposableStack();
  const { connectionString, pool, directory } = held.use(await startMeasuredPostgres());
  const redis = held.use(await startRedis(await findOrInstall(redisServer), directory));
  await pin(redis.pid, 1);
  const env = {
    LOG_LEVEL: 'warn',
    CONNECTS_PER_SECOND: '10000',
    METRICS_TOKEN: metricsToken,
    ...(process.env['PROF'] ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${process.env['PROF']}` } : {}),
  };
  const settings = { databaseUrl: connectionString, redisUrl: redis.url, env };
  const server = held.use(await startServerProcess({ ...settings, ...(root === undefined ? {} : { root }) }));
  await pin(server.pid, 0);
  const kept = held.move();
  const { url, pid } = server;
  return { url, pid, connectionString, pool, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
