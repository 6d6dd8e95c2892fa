import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LimitedCall, newId, ParleyError } from '@parley/contract';
import type { Limits, LimitsRedis } from '@parley/engine';
import { testParley, type TestParley } from '@parley/engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findOrInstall, redisServer } from '../../scripts/services/programs.ts';
import { startRedisCluster } from '../../scripts/services/redis-cluster.ts';
import { startRedis } from '../../scripts/services/redis.ts';

const resources = new AsyncDisposableStack();
let parley: TestParley;
let directory: string;
let program: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-limits-'));
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  program = await findOrInstall(redisServer);
  parley = resources.use(await testParley());
});
afterAll(() => resources.disposeAsync());

/** A Redis, or a cluster, of which a process can be stopped in its tracks. */
interface Breakable {
  readonly redis: LimitsRedis;
  readonly pid: number;
}

const kinds: readonly { name: string; start: () => Promise<Breakable> }[] = [
  {
    name: 'a Redis',
    async start() {
      const { url, pid } = resources.use(await startRedis(program, directory));
      return { redis: { url }, pid };
    },
  },
  {
    name: 'a master of a Redis Cluster',
    async start() {
      const { masters, urls } = resources.use(await startRedisCluster(program, directory));
      return { redis: { clusterUrls: urls }, pid: masters[0]?.pid ?? -1 };
    },
  },
];

const rates = { password: [{ count: 2, seconds: 600 }] };

test.each(kinds)(
  'security, limits: $name frozen, nobody waits for it and everybody is held back; thawed, it counts again',
  { timeout: 60_000 },
  async ({ start }) => {
    const { redis, pid } = await start();
    resources.defer(() => void process.kill(pid, 'SIGCONT'));
    const { limits } = await parley.engine({ limits: { redis, rates } });
    const shared = (of: Limits, expected: boolean) =>
      expect.poll(() => of.shared, { timeout: 15_000, interval: 5 }).toBe(expected);
    await shared(limits, true);
    const people = Array.from({ length: 20 }, () => newId());
    for (const person of people) expect(await letIn(limits, person, 4)).toBe(2);

    process.kill(pid, 'SIGSTOP');
    const began = performance.now();
    // Those who come at first may each wait for an answer, together; the first of them finds out.
    await Promise.all(Array.from({ length: 20 }, () => letIn(limits, newId(), 3)));
    // A command is given up after a second.
    expect(performance.now() - began).toBeLessThan(800);
    await shared(limits, false);
    // One after the other: whoever waited for Redis now would be noticed.
    for (let person = 0; person < 200; person += 1) expect(await letIn(limits, newId(), 3)).toBe(2);
    expect(performance.now() - began).toBeLessThan(5_000);

    process.kill(pid, 'SIGCONT');
    await shared(limits, true);
    const other = (await parley.engine({ limits: { redis, rates } })).limits;
    await shared(other, true);
    for (const person of people) expect(await letIn(other, person, 2)).toBe(0);
  },
);

/** How many of somebody's calls, one after the other, are let in. */
async function letIn(limits: Limits, userId: string, calls: number): Promise<number> {
  let count = 0;
  for (let call = 0; call < calls; call += 1) {
    try {
      await limits.admit(callOf(userId));
      count += 1;
    } catch (error) {
      if (!(error instanceof ParleyError) || error.code !== 'LIMITED') throw error;
    }
  }
  return count;
}

function callOf(userId: string): LimitedCall {
  return {
    path: 'auth.changePassword',
    viewer: { userId, sessionId: newId() },
    client: { address: '198.51.100.1', device: 'test' },
    getRawInput: async () => undefined,
  };
}
