import { Redis } from 'ioredis';
import { readSlotMap } from './slot-map.ts';

/** What a Redis says about itself. */
export interface RedisFacts {
  /** Such as `7.2.4`. */
  readonly version: string;
  /** Of its `maxmemory-policy` and `client-output-buffer-limit`; null where it does not let this user read them. */
  readonly settings: { readonly maxmemoryPolicy: string; readonly outputBufferLimit: string } | null;
}

/** Asks a Redis, and changes nothing. @throws Error with the reason when it cannot be reached within seconds */
export async function readRedisFacts(url: string): Promise<RedisFacts> {
  return withRedis(url, async (redis) => {
    const version = /^redis_version:(\S+)/m.exec(await redis.info('server'))?.[1];
    if (version === undefined) throw new Error('it does not say its version');
    return { version, settings: await readSettings(redis) };
  });
}

/**
 * The addresses of a Redis Cluster's masters, asked of the first of these nodes that answers.
 * @throws Error with the reason when none does, or not every slot has a master
 */
export async function readClusterMasters(urls: readonly string[]): Promise<readonly string[]> {
  let reason: unknown;
  for (const url of urls) {
    try {
      const { masters, whole } = await withRedis(url, (redis) => readSlotMap(redis, url));
      if (!whole) throw new Error('some slots have no master');
      return [...masters];
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}

async function withRedis<T>(url: string, read: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // It says more than what the call then fails with.
  let reason: Error | undefined;
  redis.on('error', (error) => (reason = error));
  try {
    await redis.connect();
    return await read(redis);
  } catch (error) {
    throw reason ?? error;
  } finally {
    redis.disconnect();
  }
}

async function readSettings(redis: Redis): Promise<RedisFacts['settings']> {
  try {
    return {
      maxmemoryPolicy: await readSetting(redis, 'maxmemory-policy'),
      outputBufferLimit: await readSetting(redis, 'client-output-buffer-limit'),
    };
  } catch (error) {
    // Hosted ones have no CONFIG, or keep it to themselves.
    if (error instanceof Error && /^(NOPERM|ERR unknown command)/.test(error.message)) return null;
    throw error;
  }
}

async function readSetting(redis: Redis, name: string): Promise<string> {
  const answer: unknown = await redis.config('GET', name);
  return Array.isArray(answer) ? String(answer[1]) : '';
}
