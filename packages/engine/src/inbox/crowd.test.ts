import type { InboxEvent, Viewer } from '@parley/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { type LossyBus, lossyBus, read, type TestParley, testParley } from '../testing/index.ts';

const people = 24;

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
  await expect.poll(() => channels('c:')).toBe(4);
  // The others do not come as time passes, but as those end.
  await engine.services.conversations.list(viewers[0] ?? { userId: '', sessionId: '' }, { limit: 1 });
  expect(channels('c:')).toBe(4);
  goOn();
  const readings = (await Promise.all(opening)).map((stream) => read<readonly InboxEvent[]>(stream));
  for (const reading of readings) await reading.next((batch) => batch.some(({ type }) => type === 'ready'));
  expect(channels('c:')).toBe(people);
  for (const reading of readings) reading.stop();
});
