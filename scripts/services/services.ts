import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../apps/server/src/postgres/embedded.ts';
import { startRedis } from './redis.ts';

export interface Services extends AsyncDisposable {
  databaseUrl: string;
  redisUrl: string;
}

/** One PostgreSQL and one Redis for a test run; both forget everything when disposed of. */
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
  const postgres = held.use(await startEmbeddedPostgres({ dataDir: join(directory, 'postgres'), settings }));
  const redis = held.use(await startRedis(redisProgram, directory));
  const kept = held.move();
  return {
    databaseUrl: postgres.connectionString,
    redisUrl: redis.url,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
