import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bus, redisBus } from '@parley/engine';
import { silentLog } from '@parley/engine/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findOrInstall, redisServer } from '../../scripts/services/programs.ts';
import { startRedis } from '../../scripts/services/redis.ts';

// A Redis of its own: these tests cut and freeze it.
const resources = new AsyncDisposableStack();
let redisUrl: string;
let admin: Redis;

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-redis-'));
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  ({ url: redisUrl } = resources.use(await startRedis(await findOrInstall(redisServer), directory)));
  admin = new Redis(redisUrl);
  resources.defer(() => admin.disconnect());
});
afterAll(() => resources.disposeAsync());

const connected = (bus: Bus) => expect.poll(() => bus.connected, { timeout: 5_000, interval: 5 }).toBe(true);

test('cut off, it comes back with its channels, and says so after they are acknowledged', async () => {
  await using bus = redisBus(redisUrl, silentLog);
  await connected(bus);
  const channel = randomUUID();
  const heard: string[] = [];
  await bus.subscribe([channel], (_channel, payload) => void heard.push(payload));
  const reconnected = new Promise<void>((resolve) => {
    bus.onReconnect(() => {
      void admin.publish(`parley:${channel}`, 'back').then(() => resolve());
    });
  });
  await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await expect.poll(() => bus.connected, { interval: 1 }).toBe(false);
  await reconnected;
  await expect.poll(() => heard).toEqual(['back']);
});

test('a Redis that answers nothing is told from one that is ready, and its subscribers do not wait', async () => {
  await using bus = redisBus(redisUrl, silentLog);
  await connected(bus);
  await admin.call('CLIENT', 'PAUSE', '6000', 'ALL');
  await expect.poll(() => bus.connected, { timeout: 6_000 }).toBe(false);
  await bus.subscribe([randomUUID()], () => {});
  bus.publish(randomUUID(), 'goes nowhere, and nobody waits');
  await expect.poll(() => bus.connected, { timeout: 15_000 }).toBe(true);
});

test('without any Redis it neither throws nor makes anyone wait', async () => {
  await using bus = redisBus('redis://127.0.0.1:1', silentLog);
  await bus.subscribe([randomUUID()], () => {});
  bus.publish(randomUUID(), 'goes nowhere');
  expect(bus.connected).toBe(false);
});
