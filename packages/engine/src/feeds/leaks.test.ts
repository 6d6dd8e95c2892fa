import { setImmediate as turn } from 'node:timers/promises';
import type { LiveStream, Viewer } from '@parley/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { type LossyBus, lossyBus, read, type TestParley, testParley } from '../testing/index.ts';

const cycles = process.env['PARLEY_TEST_FULL'] === '1' ? 10_000 : 1_000;
/** Cycles under way at a time. */
const atOnce = 8;

let parley: TestParley;
let bus: LossyBus;
let engine: Engine;
let ada: Viewer;
let grace: Viewer;
const rooms: string[] = [];

beforeAll(async () => {
  parley = await testParley();
  bus = lossyBus();
  engine = await parley.engine({ bus, headCheckMs: 50 });
  [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
  for (let n = 0; n < 4; n += 1) {
    const input = { participantIds: [grace.userId], title: `Room ${n}` };
    rooms.push((await engine.services.conversations.create(ada, input)).id);
  }
});
afterAll(() => parley[Symbol.asyncDispose]());

const room = (n: number) => rooms[n % rooms.length] ?? '';

function open(n: number): Promise<LiveStream<unknown>> {
  const viewer = n % 3 === 0 ? ada : grace;
  return n % 2 === 0
    ? engine.services.messages.watch(viewer, { conversationId: room(n) })
    : engine.services.inbox.watch(viewer);
}

/** Watches, and leaves at another moment each time: at once, a few turns later, after the first item, by iterating. */
async function cycle(n: number): Promise<void> {
  const stream = await open(n);
  if (n % 5 === 4) {
    const iterator = stream[Symbol.asyncIterator]();
    if (n % 2 === 0) await iterator.next();
    await iterator.return?.();
    return;
  }
  const reading = read(stream);
  if (n % 5 === 3) await reading.next();
  else for (let turns = n % 5; turns > 0; turns -= 1) await turn();
  reading.stop();
}

/** What holds this engine together while nobody is connected. */
const held = () => ({
  feeds: engine.status().feeds,
  channels: [...bus.channels].filter((name) => name.startsWith('c:') || name.startsWith('u:')),
  listeners: bus.listeners,
});

test('I17 after a thousand streams were opened and cut, nothing is held', { timeout: 120_000 }, async () => {
  const before = held();
  expect(before).toMatchObject({ feeds: { conversations: 0, users: 0 }, channels: [] });
  let begun = 0;
  let over = false;
  const talking = (async () => {
    for (let n = 0; !over; n += 1) {
      await engine.services.messages.send(ada, { conversationId: room(n), content: `${n}` });
      if (n % 10 === 0) await engine.services.messages.markRead(grace, { conversationId: room(n) });
    }
  })();
  const workers = Array.from({ length: atOnce }, async () => {
    while (begun < cycles) {
      begun += 1;
      await cycle(begun);
    }
  });
  await Promise.all(workers);
  over = true;
  await talking;
  await expect.poll(held, { timeout: 5_000 }).toEqual(before);
});

test('I17 streams that could not be opened hold nothing either', async () => {
  const before = held();
  const stranger = await parley.person('stranger');
  for (let n = 0; n < 50; n += 1) {
    const refused = engine.services.messages.watch(stranger, { conversationId: room(n) });
    await expect(refused).rejects.toMatchObject({ code: 'NOT_MEMBER' });
  }
  await parley.setReachable(false);
  const failed = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => open(n)));
  await parley.setReachable(true);
  expect(failed.map(({ status }) => status)).toEqual(failed.map(() => 'rejected'));
  await expect.poll(held, { timeout: 5_000 }).toEqual(before);
});
