import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../apps/server/src/postgres/embedded.ts';
import { startRedisCluster } from './redis-cluster.ts';
import { startRedis } from './redis.ts';

export interface Services extends AsyncDisposable {
  databaseUrl: string;
  redisUrl: string;
  /** Those of the masters. */
  redisClusterUrls: readonly string[];
  /** A folder for what Node has compiled. */
  compileCache: string;
}

/** A PostgreSQL, a Redis and a Redis Cluster for a test run; all forget everything when disposed of. */
export async function startServices(redisProgram: string): Promise<Services> {
  await using held = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'parley-test-'));
  held.defer(() => rm(directory, { recursive: true, force: true }));
  await chmod(directory, 0o711); // as root, PostgreSQL runs as somebody else
  const settings = {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '300',
  };
  const postgresDir = join(directory, 'postgres');
  const [postgres, redis, cluster] = await Promise.all([
    startEmbeddedPostgres({ dataDir: postgresDir, settings }).then((started) => held.use(started)),
    startRedis(redisProgram, directory).then((started) => held.use(started)),
    startRedisCluster(redisProgram, directory).then((started) => held.use(started)),
  ]);
  const kept = held.move();
  return {
    databaseUrl: postgres.connectionString,
    redisUrl: redis.url,
    redisClusterUrls: cluster.urls,
    compileCache: join(directory, 'compiled'),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
