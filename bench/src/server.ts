import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@parley/server/postgres/embedded';
import pg from 'pg';
import { startServerProcess } from '../../e2e/src/server-process.ts';
import { findOrInstall, redisServer } from '../../scripts/services/programs.ts';
import { startRedis } from '../../scripts/services/redis.ts';
import { pin } from './processes.ts';

/** A server process, with a PostgreSQL and a Redis of its own and nothing in between. */
export interface MeasuredServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly connectionString: string;
  readonly pool: pg.Pool;
}

/** Starts them: the server on the first core, what it stands on with the load on the second. */
export async function startMeasuredServer(): Promise<MeasuredServer> {
  await using held = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  held.defer(() => rm(directory, { recursive: true, force: true }));
  const { connectionString } = held.use(await startEmbeddedPostgres({ dataDir: join(directory, 'data') }));
  const redis = held.use(await startRedis(await findOrInstall(redisServer), directory));
  const pool = new pg.Pool({ connectionString, max: 2 });
  // A connection may still be closing when the server stops.
  pool.on('error', () => {});
  held.defer(() => pool.end());
  await pin(await postmasterOf(pool), 1);
  await pin(redis.pid, 1);
  const env = { LOG_LEVEL: 'warn', CONNECTS_PER_SECOND: '10000' };
  const server = held.use(
    await startServerProcess({ databaseUrl: connectionString, redisUrl: redis.url, env }),
  );
  await pin(server.pid, 0);
  const kept = held.move();
  const { url, pid } = server;
  return { url, pid, connectionString, pool, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** The process whose children serve connections: they inherit where it may run. */
async function postmasterOf(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ directory: string }>(
    `select current_setting('data_directory') as directory`,
  );
  const [pid] = (await readFile(join(rows[0]?.directory ?? '', 'postmaster.pid'), 'utf8')).split('\n');
  return Number(pid);
}
