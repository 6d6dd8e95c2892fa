import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bus, clusterBus } from '@parley/engine';
import { silentLog } from '@parley/engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findOrInstall, redisServer } from '../../scripts/services/programs.ts';
import {
  type ClusterNode,
  type RedisCluster,
  startRedisCluster,
} from '../../scripts/services/redis-cluster.ts';
import { askRedis } from '../../scripts/services/redis-inline.ts';

// Clusters of their own: these tests move slots between masters, and kill and freeze them.
const resources = new AsyncDisposableStack();
const channels = Array.from({ length: 60 }, (_, index) => `channel-${index}`);
let directory: string;
let program: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-redis-'));
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  program = await findOrInstall(redisServer);
});
afterAll(() => resources.disposeAsync());

const until = (bus: Bus, expected: boolean) =>
  expect.poll(() => bus.connected, { timeout: 15_000, interval: 1 }).toBe(expected);

/** Two buses, one of which listens to all channels, and what it heard. */
async function pair({ urls }: RedisCluster) {
  await using held = new AsyncDisposableStack();
  const here = held.use(clusterBus(urls, silentLog));
  const there = held.use(clusterBus(urls, silentLog));
  const heard = new Set<string>();
  await Promise.all([until(here, true), until(there, true)]);
  await here.subscribe(channels, (channel, payload) => heard.add(`${channel}: ${payload}`));
  let reconnects = 0;
  here.onReconnect(() => (reconnects += 1));
  const kept = held.move();
  return {
    here,
    there,
    /** Says something on every channel: all of it is heard, or else `here` tells that some may have been lost. */
    async say(payload: string) {
      const silent = () => channels.filter((channel) => !heard.has(`${channel}: ${payload}`));
      do {
        const before = reconnects;
        for (const channel of channels) there.publish(channel, payload);
        const missing = () => (reconnects > before ? [] : silent());
        await expect.poll(missing, { timeout: 5_000, interval: 1 }).toEqual([]);
      } while (silent().length > 0);
    },
    /** Waits until both are connected once they were not, and `here` has said so. */
    async back(during: () => Promise<void>) {
      const before = reconnects;
      await during();
      await expect.poll(() => reconnects, { timeout: 15_000, interval: 1 }).toBeGreaterThan(before);
      await Promise.all([until(here, true), until(there, true)]);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** The slots of those channels that a node has, as it says itself. */
async function slotsAt(port: number): Promise<string[]> {
  const slots = await Promise.all(
    channels.map((channel) => askRedis(port, 'CLUSTER', 'KEYSLOT', `parley:${channel}`)),
  );
  const line = (await askRedis(port, 'CLUSTER', 'NODES')).split('\n').find((node) => node.includes('myself'));
  const ranges = line?.split(' ').slice(8) ?? [];
  return slots.filter((slot) =>
    ranges.some((range) => {
      const [from = '', to = from] = range.split('-');
      return Number(from) <= Number(slot) && Number(slot) <= Number(to);
    }),
  );
}

/** Gives slots of one master to another, as resharding does. */
async function move(slots: readonly string[], from: ClusterNode, to: ClusterNode): Promise<void> {
  for (const slot of slots) {
    await askRedis(to.port, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id);
    await askRedis(from.port, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id);
    await askRedis(to.port, 'CLUSTER', 'SETSLOT', slot, 'NODE', to.id);
    await askRedis(from.port, 'CLUSTER', 'SETSLOT', slot, 'NODE', to.id);
  }
}

test('slots that are moved to another master take their subscriptions with them', async () => {
  await using cluster = await startRedisCluster(program, directory);
  const [from, to] = cluster.masters;
  if (from === undefined || to === undefined) throw new Error('there are three masters');
  await using buses = await pair(cluster);
  await buses.say('before');
  const slots = await slotsAt(from.port);
  expect(slots.length).toBeGreaterThan(5);
  await buses.back(() => move(slots, from, to));
  expect(await slotsAt(from.port)).toEqual([]);
  await expect(buses.say('after')).resolves.toBeUndefined();
});

test('slots that a master gives up and takes again before anybody looks are listened to again', async () => {
  await using cluster = await startRedisCluster(program, directory);
  const [master] = cluster.masters;
  if (master === undefined) throw new Error('there are three masters');
  await using buses = await pair(cluster);
  const slots = await slotsAt(master.port);
  for (const slot of slots) {
    await buses.back(async () => {
      await askRedis(master.port, 'CLUSTER', 'DELSLOTS', slot);
      await askRedis(master.port, 'CLUSTER', 'ADDSLOTS', slot);
    });
  }
  expect(await slotsAt(master.port)).toEqual(slots);
  await expect(buses.say('after')).resolves.toBeUndefined();
});

test('a master that is killed is missed at once, and heard again once it is back', async () => {
  await using cluster = await startRedisCluster(program, directory);
  const [master] = cluster.masters;
  if (master === undefined) throw new Error('there are three masters');
  await using buses = await pair(cluster);
  await buses.back(async () => {
    process.kill(master.pid, 'SIGKILL');
    await Promise.all([until(buses.here, false), until(buses.there, false)]);
    // Nobody waits for an acknowledgement meanwhile.
    await buses.here.subscribe(
      channels.map((channel) => `${channel}-more`),
      () => {},
    );
    await master.restart();
  });
  await expect(buses.say('after')).resolves.toBeUndefined();
});

test('a master that is frozen is told from one that is well', async () => {
  await using cluster = await startRedisCluster(program, directory);
  const [master] = cluster.masters;
  if (master === undefined) throw new Error('there are three masters');
  await using buses = await pair(cluster);
  await buses.back(async () => {
    process.kill(master.pid, 'SIGSTOP');
    await Promise.all([until(buses.here, false), until(buses.there, false)]);
    await buses.here.subscribe(
      channels.map((channel) => `${channel}-more`),
      () => {},
    );
    process.kill(master.pid, 'SIGCONT');
  });
  await expect(buses.say('after')).resolves.toBeUndefined();
});

test('a replica that takes over for a killed master is found, with nobody telling of it', async () => {
  await using cluster = await startRedisCluster(program, directory, { replicas: 1 });
  const [[master], [replica]] = [cluster.masters, cluster.replicas];
  if (master === undefined || replica === undefined) throw new Error('there are four nodes');
  await using buses = await pair(cluster);
  await buses.back(async () => {
    process.kill(master.pid, 'SIGKILL');
    await Promise.all([until(buses.here, false), until(buses.there, false)]);
  });
  expect(await slotsAt(replica.port)).not.toEqual([]);
  await expect(buses.say('after')).resolves.toBeUndefined();
});
