import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Viewer } from '@parley/contract';
import { type Engine, redisBus } from '@parley/engine';
import { read, silentLog, type TestParley, testParley } from '@parley/engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findOrInstall, redisServer } from '../../../scripts/services/programs.ts';
import { startRedis } from '../../../scripts/services/redis.ts';

// Two engines on a Redis of their own, which is stopped in its tracks: it takes connections, and answers nothing.
const resources = new AsyncDisposableStack();
let redisPid: number;
let parley: TestParley;
let here: Engine;
let there: Engine;
let ada: Viewer;
let grace: Viewer;
let conversationId: string;

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-redis-'));
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  const redis = resources.use(await startRedis(await findOrInstall(redisServer), directory));
  redisPid = redis.pid;
  resources.defer(() => void process.kill(redisPid, 'SIGCONT'));
  const buses = [1, 2].map(() => resources.use(redisBus(redis.url, silentLog)));
  parley = resources.use(await testParley());
  const [one, two] = await Promise.all(buses.map((bus) => parley.engine({ bus })));
  if (one === undefined || two === undefined) throw new Error('there are two engines');
  [here, there] = [one, two];
  [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
  const input = { participantIds: [grace.userId], title: 'Room' };
  conversationId = (await there.services.conversations.create(ada, input)).id;
});
afterAll(() => resources.disposeAsync());

const connected = (expected: boolean) =>
  expect
    .poll(() => [here.status().bus.connected, there.status().bus.connected], {
      timeout: 15_000,
      interval: 10,
    })
    .toEqual([expected, expected]);

test('I12 with Redis frozen sends succeed and reach other processes within about two seconds; thawed, at once again', async () => {
  await connected(true);
  const inbox = read<unknown>(await here.services.inbox.watch(grace));
  const watch = read<unknown>(await here.services.messages.watch(grace, { conversationId }));
  /** How long sending took, and how long until both streams on the other engine had it, in milliseconds. */
  const say = async (content: string) => {
    const started = performance.now();
    await there.services.messages.send(ada, { conversationId, content });
    const sent = performance.now() - started;
    const has = (item: unknown) => JSON.stringify(item).includes(`"${content}"`);
    await Promise.all([inbox.next(has, 10_000), watch.next(has, 10_000)]);
    return { sent, heard: performance.now() - started };
  };
  await say('warm up');
  expect((await say('before')).heard).toBeLessThan(500);

  process.kill(redisPid, 'SIGSTOP');
  const frozen: { sent: number; heard: number }[] = [];
  for (let n = 0; n < 12; n += 1) {
    frozen.push(await say(`frozen ${n}`));
    // Not in step with anything that happens every second.
    await sleep(137);
  }
  expect(Math.max(...frozen.map(({ sent }) => sent))).toBeLessThan(1_000);
  expect(Math.max(...frozen.map(({ heard }) => heard))).toBeLessThan(2_000);
  await connected(false);
  // Whoever comes now is not made to wait for an acknowledgement either.
  const started = performance.now();
  const late = read<unknown>(await here.services.messages.watch(ada, { conversationId }));
  const lateInbox = read<unknown>(await here.services.inbox.watch(ada));
  await Promise.all([late.next(), lateInbox.next()]);
  expect(performance.now() - started).toBeLessThan(4_000);

  process.kill(redisPid, 'SIGCONT');
  await connected(true);
  await say('the first after');
  expect((await say('after')).heard).toBeLessThan(500);
  for (const reading of [inbox, watch, late, lateInbox]) {
    expect(reading.ended).toBe(null);
    reading.stop();
  }
});
