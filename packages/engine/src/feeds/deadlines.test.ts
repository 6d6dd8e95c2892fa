import { setImmediate as turn } from 'node:timers/promises';
import type { LiveStream, Viewer } from '@parley/contract';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Engine } from '../index.ts';
import {
  type Link,
  link,
  type LossyBus,
  lossyBus,
  read,
  type TestParley,
  testParley,
} from '../testing/index.ts';

let parley: TestParley;
let wire: Link;
let bus: LossyBus;
let engine: Engine;
let ada: Viewer;
let grace: Viewer;
let conversationId: string;

beforeAll(async () => {
  parley = await testParley();
  wire = await link(parley.connectionString);
  ada = await parley.person('ada');
  grace = await parley.person('grace');
});
afterAll(async () => {
  await parley[Symbol.asyncDispose]();
  await wire[Symbol.asyncDispose]();
});
beforeEach(async () => {
  bus = lossyBus();
  engine = await parley.engine({ bus, headCheckMs: 3_600_000, database: { connectionString: wire.url } });
  const input = { participantIds: [grace.userId], title: 'Room' };
  conversationId = (await engine.services.conversations.create(ada, input)).id;
  // Minutes pass at will from here on.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await engine[Symbol.asyncDispose]();
});

const held = () => ({
  ...engine.status().feeds,
  channels: [...bus.channels].filter((name) => /^[cu]:/.test(name)),
});
const nothing = { conversations: 0, users: 0, channels: [] };
const watching = () => engine.services.messages.watch(grace, { conversationId });
const inbox = () => engine.services.inbox.watch(grace);

/** Resolves once somebody listens for a channel: before that it is the database that takes its time, which is not that of a test. */
async function untilListened(channel: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (![...bus.channels].some((name) => name.startsWith(channel))) {
    if (performance.now() > deadline) throw new Error(`nobody listens for ${channel}`);
    await turn();
  }
}

/** Lets time pass until the call has failed; says with what, and after how many seconds. */
async function failure(call: Promise<unknown>): Promise<{ code: unknown; seconds: number }> {
  let code: unknown = null;
  call.then(
    () => (code = 'answered'),
    (error: unknown) => (code = error instanceof Error && 'code' in error ? error.code : error),
  );
  for (let seconds = 0; seconds < 60; seconds += 1) {
    for (let turns = 0; turns < 20; turns += 1) await turn();
    if (code !== null) return { code, seconds };
    await vi.advanceTimersByTimeAsync(1_000);
  }
  return { code, seconds: 60 };
}

test.each([
  ['messages.watch', 'c:', watching],
  ['inbox.watch', 'c:', inbox],
  ['inbox.watch', 'u:', inbox],
])(
  '%s does not wait for ever for a bus that does not acknowledge %s, and leaves nothing',
  async (_, channel, open) => {
    const goOn = bus.stall(channel);
    const opening = open();
    opening.catch(() => {});
    await untilListened(channel);
    const { code, seconds } = await failure(opening);
    expect(code).toBe('UNAVAILABLE');
    expect(seconds).toBeLessThanOrEqual(20);
    expect(held()).toEqual(nothing);
    goOn();
    vi.useRealTimers();
    for (let turns = 0; turns < 20; turns += 1) await turn();
    await expect.poll(held).toEqual(nothing);
    // The next one starts afresh.
    const reading = read<unknown>(await open());
    await reading.next();
    reading.stop();
    await expect.poll(held).toEqual(nothing);
  },
);

test.each([
  ['messages.watch', watching],
  ['inbox.watch', inbox],
])('%s does not wait for ever for a database that does not answer', async (_, open) => {
  wire.swallow('reply');
  const { code, seconds } = await failure(open());
  wire.cut();
  expect(code).toBe('UNAVAILABLE');
  expect(seconds).toBeLessThanOrEqual(20);
  vi.useRealTimers();
  await expect.poll(held).toEqual(nothing);
  // A connection that was cut while it was idle may be noticed by whoever uses it next.
  const reading = read<unknown>(await vi.waitFor<LiveStream<unknown>>(open));
  await reading.next();
  reading.stop();
});

test('a feed that somebody else waits for is not closed with the one who gave up', async () => {
  const goOn = bus.stall('c:');
  const first = failure(watching());
  for (let turns = 0; turns < 20; turns += 1) await turn();
  await vi.advanceTimersByTimeAsync(8_000);
  const second = watching();
  expect(await first).toMatchObject({ code: 'UNAVAILABLE' });
  goOn();
  vi.useRealTimers();
  const reading = read<unknown>(await second);
  await reading.next();
  expect(held()).toMatchObject({ conversations: 1 });
  reading.stop();
  await expect.poll(held).toEqual(nothing);
});
