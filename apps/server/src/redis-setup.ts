import { readClusterMasters, readRedisFacts } from '@parley/engine/operations';
import { readEnv, readRedisConfig } from './config.ts';
import { adviceOn } from './redis/advice.ts';
import { hostOf, redisUrls } from './redis/bus.ts';

/** Says whether the configured Redis fits, and what to change; changes nothing itself: `pnpm redis:setup`. */
async function main(): Promise<void> {
  const config = readRedisConfig(readEnv());
  const urls = redisUrls(config);
  if (urls.length === 0) throw new Error('unable to check Redis; REDIS_URL is not set');
  const clustered = config.redisClusterUrls !== null;
  const masters = clustered ? await reached(urls, () => readClusterMasters(urls)) : urls;
  const unfit: string[] = [];
  for (const url of masters) if (!(await check(url))) unfit.push(hostOf(url));
  if (unfit.length > 0) throw new Error(`Redis at ${unfit.join(', ')} does not fit Parley yet`);
}

/** Says how one Redis is. @returns whether it needs no change */
async function check(url: string): Promise<boolean> {
  const { fine, change } = adviceOn(await reached([url], () => readRedisFacts(url)));
  for (const line of fine) process.stdout.write(`ok: ${line}\n`);
  for (const line of change) process.stdout.write(`to change: ${line}\n`);
  if (change.length === 0) process.stdout.write(`Redis at ${hostOf(url)} fits Parley\n`);
  return change.length === 0;
}

async function reached<T>(urls: readonly string[], read: () => Promise<T>): Promise<T> {
  return read().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`unable to reach Redis at ${urls.map(hostOf).join(', ')}; ${reason}`, { cause: error });
  });
}

try {
  await main();
} catch (error) {
  process.stderr.write(`parley: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
