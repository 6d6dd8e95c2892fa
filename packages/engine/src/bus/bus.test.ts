import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { silentLog } from '../testing/index.ts';
import type { Bus } from './bus.ts';
import { clusterBus } from './cluster-bus.ts';
import { memoryBus } from './memory-bus.ts';
import { redisBus } from './redis-bus.ts';

const redisUrl = process.env['PARLEY_TEST_REDIS_URL'] ?? '';
const clusterUrls = process.env['PARLEY_TEST_REDIS_CLUSTER_URLS']?.split(',');
if (redisUrl === '' || clusterUrls === undefined)
  throw new Error('unable to test; run the tests through pnpm test:unit');

const connected = (bus: Bus) =>
  vi.waitFor(() => expect(bus.connected).toBe(true), { timeout: 5_000, interval: 5 });

/** Collects what a channel carries. */
function ear() {
  const heard: string[] = [];
  return { heard, listen: (_channel: string, payload: string) => void heard.push(payload) };
}

// Each gives two buses that are to hear each other; the memory bus is its own other end.
const kinds = [
  {
    name: 'memory',
    open: () => {
      const bus = memoryBus();
      return [bus, bus] as const;
    },
  },
  { name: 'redis', open: () => [redisBus(redisUrl, silentLog), redisBus(redisUrl, silentLog)] as const },
  {
    name: 'redis cluster',
    // Each knows another node of it.
    open: () =>
      [clusterBus(clusterUrls.slice(0, 1), silentLog), clusterBus(clusterUrls.slice(1), silentLog)] as const,
  },
];

test('the redis bus tells of a reconnect, also when only its publishing end was cut off', async () => {
  await using bus = redisBus(redisUrl, silentLog);
  await connected(bus);
  const { heard, listen } = ear();
  await bus.subscribe(['cut'], listen);
  for (const name of ['parley-publish', 'parley-subscribe']) {
    const told = new Promise<void>((resolve) => {
      const stop = bus.onReconnect(() => {
        stop();
        resolve();
      });
    });
    await cut(name);
    await told;
    expect(bus.connected).toBe(true);
    bus.publish('cut', name);
    await expect.poll(() => heard.at(-1)).toBe(name);
  }
});

/** Ends the connections of that name. */
async function cut(name: string): Promise<void> {
  const admin = new Redis(redisUrl);
  try {
    const clients = String(await admin.client('LIST')).split('\n');
    for (const client of clients.filter((line) => line.includes(`name=${name} `))) {
      await admin.client('KILL', 'ID', /id=(\d+)/.exec(client)?.[1] ?? '');
    }
  } finally {
    admin.disconnect();
  }
}

test('what could not be published is heard once the publishing end is back, though the other end was there', async () => {
  await using here = redisBus(redisUrl, silentLog);
  await using there = redisBus(redisUrl, silentLog);
  await Promise.all([connected(here), connected(there)]);
  const { heard, listen } = ear();
  await here.subscribe(['away'], listen);
  await cut('parley-publish');
  await vi.waitFor(() => expect(there.connected).toBe(false), { interval: 1 });
  for (const payload of ['first', 'last']) there.publish('away', payload);
  await expect.poll(() => heard).toEqual(['last']);
});

test('what is whispered while the publishing end is away is lost', async () => {
  await using here = redisBus(redisUrl, silentLog);
  await using there = redisBus(redisUrl, silentLog);
  await Promise.all([connected(here), connected(there)]);
  const { heard, listen } = ear();
  await here.subscribe(['whispers'], listen);
  await cut('parley-publish');
  await vi.waitFor(() => expect(there.connected).toBe(false), { interval: 1 });
  there.whisper('whispers', 'too late');
  await connected(there);
  there.publish('whispers', 'after');
  await expect.poll(() => heard.at(-1)).toBe('after');
  expect(heard).toEqual(['after']);
});

describe.each(kinds)('the $name bus', ({ open }) => {
  let here: Bus;
  let there: Bus;
  beforeAll(async () => {
    [here, there] = open();
    await Promise.all([connected(here), connected(there)]);
  });
  afterAll(async () => {
    await here[Symbol.asyncDispose]();
    await there[Symbol.asyncDispose]();
  });

  test('carries what is published after the acknowledgement, in order, to every listener', async () => {
    const channel = randomUUID();
    const [a, b] = [ear(), ear()];
    await here.subscribe([channel], a.listen);
    await there.subscribe([channel], b.listen);
    for (let n = 0; n < 100; n += 1) there.publish(channel, `${n}`);
    const expected = Array.from({ length: 100 }, (_, n) => `${n}`);
    await expect.poll(() => a.heard).toEqual(expected);
    await expect.poll(() => b.heard).toEqual(expected);
  });

  test('carries what is whispered to everybody, the one who whispers included', async () => {
    const channel = randomUUID();
    const [own, other] = [ear(), ear()];
    await here.subscribe([channel], own.listen);
    await there.subscribe([channel], other.listen);
    for (const payload of ['one', 'two']) here.whisper(channel, payload);
    await expect.poll(() => other.heard.at(-1)).toBe('two');
    await expect.poll(() => own.heard).toEqual(['one', 'two']);
  });

  test('whoever publishes hears it once, as everybody else does', async () => {
    const channel = randomUUID();
    const [own, other] = [ear(), ear()];
    await here.subscribe([channel], own.listen);
    await there.subscribe([channel], other.listen);
    for (let n = 0; n < 100; n += 1) here.publish(channel, `${n}`);
    await expect.poll(() => other.heard.length).toBeGreaterThanOrEqual(100);
    // Whatever comes back to the publisher is there before an answer from the other end.
    there.publish(channel, 'answer');
    await expect.poll(() => own.heard.at(-1)).toBe('answer');
    expect(own.heard).toEqual([...Array.from({ length: 100 }, (_, n) => `${n}`), 'answer']);
  });

  test('a second listener of a channel is acknowledged too, and stopping one leaves the other', async () => {
    const channel = randomUUID();
    const [a, b] = [ear(), ear()];
    await Promise.all([here.subscribe([channel], a.listen), here.subscribe([channel], b.listen)]);
    here.unsubscribe([channel], a.listen);
    there.publish(channel, 'hello');
    await expect.poll(() => b.heard).toEqual(['hello']);
    expect(a.heard).toEqual([]);
  });

  test('nothing comes after the last listener has stopped, and listening again works', async () => {
    const channel = randomUUID();
    const [a, marker] = [ear(), ear()];
    await here.subscribe([channel], a.listen);
    here.unsubscribe([channel], a.listen);
    await here.subscribe([`${channel} marker`], marker.listen);
    there.publish(channel, 'unheard');
    there.publish(`${channel} marker`, 'passed');
    await expect.poll(() => marker.heard).toEqual(['passed']);
    expect(a.heard).toEqual([]);
    await here.subscribe([channel], a.listen);
    there.publish(channel, 'heard');
    await expect.poll(() => a.heard).toEqual(['heard']);
  });

  test('carries many channels, subscribed to in one call', async () => {
    const channels = Array.from({ length: 100 }, () => randomUUID());
    const heard = new Set<string>();
    await here.subscribe(channels, (channel, payload) => heard.add(`${channel} ${payload}`));
    for (const channel of channels) there.publish(channel, channel);
    const expected = new Set(channels.map((channel) => `${channel} ${channel}`));
    await expect.poll(() => heard).toEqual(expected);
  });

  test('carries any text unchanged', async () => {
    const channel = randomUUID();
    const { heard, listen } = ear();
    await here.subscribe([channel], listen);
    const text = 'مرحبا 👩‍👩‍👧‍👦 \u0000 \r\n "quoted" '.repeat(1000);
    there.publish(channel, text);
    await expect.poll(() => heard).toEqual([text]);
  });
});
