import type { InboxEvent, Viewer } from '@parley/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { type LossyBus, lossyBus, read, type TestParley, testParley } from '../testing/index.ts';
import { explainEverything, planLog } from '../testing/plans.ts';

/** As many open theirs at a time, and some more. */
const atOnce = 64;
const people = atOnce + 20;

let parley: TestParley;
let bus: LossyBus;
let engine: Engine;
const viewers: Viewer[] = [];

beforeAll(async () => {
  parley = await testParley();
  bus = lossyBus();
  engine = await parley.engine({ bus, headCheckMs: 3_600_000 });
  const ada = await parley.person('ada');
  for (let n = 0; n < people; n += 1) {
    const viewer = await parley.person(`person-${n}`);
    await engine.services.conversations.create(ada, { participantIds: [viewer.userId], title: 'Room' });
    viewers.push(viewer);
  }
});
afterAll(() => parley[Symbol.asyncDispose]());

test('I15 however many inboxes are opened at once, a few are read at a time, and all in the end', async () => {
  const channels = (prefix: string) => [...bus.channels].filter((name) => name.startsWith(prefix)).length;
  const goOn = bus.stall('c:');
  const opening = viewers.map((viewer) => engine.services.inbox.watch(viewer));
  // Everybody listens for themselves at once; what they hold is read by those whose turn it is.
  await expect.poll(() => channels('u:')).toBe(people);
  await expect.poll(() => channels('c:')).toBe(atOnce);
  // The others do not come as time passes, but as those end.
  await engine.services.conversations.list(viewers[0] ?? { userId: '', sessionId: '' }, { limit: 1 });
  expect(channels('c:')).toBe(atOnce);
  goOn();
  const readings = (await Promise.all(opening)).map((stream) => read<readonly InboxEvent[]>(stream));
  for (const reading of readings) await reading.next((batch) => batch.some(({ type }) => type === 'ready'));
  expect(channels('c:')).toBe(people);
  for (const reading of readings) reading.stop();
});

test('I15 a crowd is read by few statements, not by some for each', async () => {
  await explainEverything(parley.connectionString);
  const { log, plans } = planLog();
  const crowded = await parley.engine({ log, headCheckMs: 3_600_000 });
  const streams = await Promise.all(viewers.map((viewer) => crowded.services.inbox.watch(viewer)));
  const readings = streams.map((stream) => read<readonly InboxEvent[]>(stream));
  for (const reading of readings) {
    const batch = await reading.next((events) => events.some(({ type }) => type === 'ready'));
    expect(batch.flatMap((event) => (event.type === 'ready' ? event.heads : []))).toHaveLength(1);
    reading.stop();
  }
  for (const name of ['inboxes_start', 'held_conversations']) {
    const count = plans.filter(({ query }) => query.startsWith(`select * from ${name}(`)).length;
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(people / 4);
  }
});
