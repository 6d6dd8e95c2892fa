import { readRedisFacts } from '@parley/engine/operations';
import { readEnv, readRedisConfig } from './config.ts';
import { adviceOn } from './redis/advice.ts';

/** Says whether the configured Redis fits, and what to change; changes nothing itself: `pnpm redis:setup`. */
async function main(): Promise<void> {
  const { redisUrl } = readRedisConfig(readEnv());
  if (redisUrl === null) throw new Error('unable to check Redis; REDIS_URL is not set');
  const { host } = new URL(redisUrl);
  const facts = await readRedisFacts(redisUrl).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`unable to reach Redis at ${host}; ${reason}`, { cause: error });
  });
  const { fine, change } = adviceOn(facts);
  for (const line of fine) process.stdout.write(`ok: ${line}\n`);
  for (const line of change) process.stdout.write(`to change: ${line}\n`);
  if (change.length > 0) throw new Error(`Redis at ${host} does not fit Parley yet`);
  process.stdout.write(`Redis at ${host} fits Parley\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`parley: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
