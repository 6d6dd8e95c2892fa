import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readEnv, readRedisConfig } from './config.ts';
import { createBus, hostOf, redisUrls } from './redis/bus.ts';

const patienceMs = 5_000;

/** Sends something over the configured Redis and says how long it took: `pnpm redis:test`. */
async function main(): Promise<string> {
  const config = readRedisConfig(readEnv());
  const urls = redisUrls(config);
  if (urls.length === 0) throw new Error('unable to test Redis; REDIS_URL is not set');
  const host = urls.map(hostOf).join(', ');
  const reasons = new Set<string>();
  await using bus = createBus(config, {
    debug: (details) => {
      if ('err' in details && details.err instanceof Error) reasons.add(details.err.message);
    },
    info() {},
    warn() {},
    error() {},
  });
  const late = AbortSignal.timeout(patienceMs);
  const channel = `test:${randomUUID()}`;
  const heard = Promise.withResolvers<void>();
  const connected = new Promise<void>((resolve) => bus.onReconnect(resolve));
  await bus.subscribe([channel], () => heard.resolve());
  const expired = once(late, 'abort').then(() => {
    throw new Error(`unable to reach Redis at ${host}; ${[...reasons].join(', ') || 'it does not answer'}`);
  });
  await Promise.race([connected, expired]);
  const from = performance.now();
  bus.publish(channel, '');
  await Promise.race([heard.promise, expired]);
  return `Redis at ${host} works: a message came back in ${(performance.now() - from).toFixed(1)} ms`;
}

try {
  process.stdout.write(`${await main()}\n`);
} catch (error) {
  process.stderr.write(`parley: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
