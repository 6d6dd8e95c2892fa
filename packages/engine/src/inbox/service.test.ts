import { type InboxEvent, newId, type Viewer } from '@parley/contract';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import {
  foldedRead,
  type LossyBus,
  lossyBus,
  type Reading,
  read,
  type TestParley,
  testParley,
} from '../testing/index.ts';

type Batch = readonly InboxEvent[];

let parley: TestParley;
let bus: LossyBus;
let here: Engine;
let there: Engine;
let people = 0;

beforeAll(async () => {
  parley = await testParley();
  bus = lossyBus();
  here = await parley.engine({ bus, headCheckMs: 3_600_000 });
  there = await parley.engine({ bus, headCheckMs: 3_600_000 });
});
afterAll(() => parley[Symbol.asyncDispose]());

const open: Reading<Batch>[] = [];
afterEach(() => {
  bus.lose(null);
  for (const reading of open.splice(0)) reading.stop();
});

async function pair(): Promise<[Viewer, Viewer]> {
  people += 1;
  return [await parley.person(`ada-${people}`), await parley.person(`grace-${people}`)];
}

async function watch(viewer: Viewer): Promise<Reading<Batch>> {
  const reading = read(await here.services.inbox.watch(viewer));
  open.push(reading);
  return reading;
}

async function group(owner: Viewer, others: readonly Viewer[]): Promise<string> {
  const participantIds = others.map(({ userId }) => userId);
  return (await there.services.conversations.create(owner, { participantIds, title: 'Group' })).id;
}

const is = (type: InboxEvent['type']) => (batch: Batch) => batch.some((event) => event.type === type);

const folded = (reading: Reading<Batch>, conversationId: string, viewerId: string) =>
  foldedRead(reading.items.flat(), conversationId, viewerId);

test('begins with where every conversation stands, and goes on from there', async () => {
  const [ada, grace] = await pair();
  const id = await group(ada, [grace]);
  await there.services.messages.send(ada, { conversationId: id, content: 'one' });
  const reading = await watch(grace);
  const [ready] = await reading.next();
  expect(ready).toMatchObject({
    type: 'ready',
    more: false,
    heads: [
      {
        conversationId: id,
        lastSeq: 5,
        role: 'member',
        read: { lastPosition: 2, lastOrdinal: 1, readPosition: 0 },
      },
    ],
  });
  await there.services.messages.send(ada, { conversationId: id, content: 'two' });
  const [frame] = await reading.next(is('frame'));
  expect(frame).toMatchObject({ type: 'frame', frame: { conversationId: id, from: 5, to: 6 } });
});

test('a new conversation is gained, a removal loses it, and nothing of it comes afterwards', async () => {
  const [ada, grace] = await pair();
  const reading = await watch(grace);
  await reading.next();
  const id = await group(ada, [grace]);
  const [gained] = await reading.next(is('gained'));
  expect(gained).toMatchObject({ type: 'gained', head: { conversationId: id } });
  await there.services.conversations.removeMember(ada, { conversationId: id, userId: grace.userId });
  await there.services.messages.send(ada, { conversationId: id, content: 'behind your back' });
  await reading.next(is('lost'));
  await there.services.conversations.addMembers(ada, { conversationId: id, userIds: [grace.userId] });
  await reading.next(is('gained'));
  const said = reading.items.flat().filter((event) => event.type === 'frame');
  expect(JSON.stringify(said)).not.toContain('behind your back');
});

test('a lost hint about a new conversation is made good when the bus is back', async () => {
  const [ada, grace] = await pair();
  const reading = await watch(grace);
  await reading.next();
  bus.lose('u:');
  const id = await group(ada, [grace]);
  bus.lose(null);
  bus.reconnect();
  const [gained] = await reading.next(is('gained'));
  expect(gained).toMatchObject({ head: { conversationId: id } });
});

test('a read mark reaches the other device, also when its hint was lost', async () => {
  const [ada, grace] = await pair();
  const id = await group(ada, [grace]);
  const sent = await there.services.messages.send(ada, { conversationId: id, content: 'one' });
  const [phone, laptop] = [await watch(grace), await watch(grace)];
  await Promise.all([phone.next(), laptop.next()]);
  bus.lose('u:');
  await there.services.messages.markRead(grace, { conversationId: id });
  bus.lose(null);
  bus.reconnect();
  for (const device of [phone, laptop]) {
    const [mark] = await device.next(is('read'));
    expect(mark).toMatchObject({ conversationId: id, read: { readPosition: sent.position } });
  }
});

test('a device that comes later is told the same as one that was there', async () => {
  const [ada, grace] = await pair();
  const id = await group(ada, [grace]);
  const early = await watch(grace);
  for (let n = 0; n < 5; n += 1)
    await there.services.messages.send(ada, { conversationId: id, content: `${n}` });
  await there.services.messages.markRead(grace, { conversationId: id, position: 4 });
  const late = await watch(grace);
  await expect.poll(() => folded(early, id, grace.userId)?.readPosition).toBe(4);
  await expect.poll(() => folded(early, id, grace.userId)?.lastPosition).toBe(6);
  await expect.poll(() => folded(late, id, grace.userId)).toEqual(folded(early, id, grace.userId));
});

test('everything is given back when the last device leaves', async () => {
  const [ada, grace] = await pair();
  await group(ada, [grace]);
  const readings = [await watch(grace), await watch(grace)];
  for (const reading of readings) reading.stop();
  const again = await watch(grace);
  expect((await again.next()).map(({ type }) => type)).toEqual(['ready']);
});

const channelsOf = (viewer: Viewer, ...conversationIds: string[]) =>
  [`u:${viewer.userId}`, ...conversationIds.map((id) => `c:${id}`)].filter((name) => bus.channels.has(name));
const newEpoch = () => parley.db.updateTable('deployment').set({ id: newId() }).execute();

test('a hint that comes while another is being followed is followed too', async () => {
  const [ada, grace] = await pair();
  const reading = await watch(grace);
  await reading.next();
  const goOn = bus.stall('c:');
  const first = await group(ada, [grace]);
  await expect.poll(() => bus.channels.has(`c:${first}`)).toBe(true);
  const second = await group(ada, [grace]);
  goOn();
  for (const id of [first, second]) {
    const [gained] = await reading.next(is('gained'));
    expect(gained).toMatchObject({ head: { conversationId: id } });
  }
});

test('leaving while a conversation is being gained gives everything back', async () => {
  const [ada, grace] = await pair();
  const reading = await watch(grace);
  await reading.next();
  const goOn = bus.stall('c:');
  const id = await group(ada, [grace]);
  await expect.poll(() => channelsOf(grace, id)).toHaveLength(2);
  reading.stop();
  goOn();
  await expect.poll(() => channelsOf(grace, id)).toEqual([]);
});

test('another epoch resets everyone: each begins anew, hears everything once, and leaves nothing', async () => {
  const [ada, grace] = await pair();
  const id = await group(ada, [grace]);
  const readings = [await watch(ada), await watch(grace)];
  for (const reading of readings) await reading.next();
  await newEpoch();
  bus.reconnect();
  for (const reading of readings) {
    await reading.next(is('reset'));
    const [ready] = await reading.next(is('ready'));
    expect(ready).toMatchObject({ heads: [{ conversationId: id }] });
  }
  await there.services.messages.send(ada, { conversationId: id, content: 'after' });
  await there.services.messages.send(ada, { conversationId: id, content: 'last' });
  for (const reading of readings) {
    await reading.next((batch) => JSON.stringify(batch).includes('"last"'));
    expect(JSON.stringify(reading.items).split('"after"')).toHaveLength(2);
    reading.stop();
  }
  expect([...channelsOf(ada, id), ...channelsOf(grace)]).toEqual([]);
});

test('an epoch that changes while an inbox is opened makes it begin anew', async () => {
  const [ada, grace] = await pair();
  const id = await group(ada, [grace]);
  const goOn = bus.stall('c:');
  const opening = watch(grace);
  await expect.poll(() => bus.channels.has(`c:${id}`)).toBe(true);
  await newEpoch();
  goOn();
  const reading = await opening;
  const [ready] = await reading.next();
  expect(ready).toMatchObject({ type: 'ready', heads: [{ conversationId: id }] });
  await there.services.messages.send(ada, { conversationId: id, content: 'only once' });
  await there.services.messages.send(ada, { conversationId: id, content: 'last' });
  await reading.next((batch) => JSON.stringify(batch).includes('"last"'));
  expect(JSON.stringify(reading.items).split('"only once"')).toHaveLength(2);
  reading.stop();
  expect(channelsOf(grace, id)).toEqual([]);
});

test('leaving while it begins anew leaves no subscription behind', async () => {
  const [ada, grace] = await pair();
  const reading = await watch(grace);
  await reading.next();
  const goOn = bus.stall('c:');
  const id = await group(ada, [grace]);
  await expect.poll(() => bus.channels.has(`c:${id}`)).toBe(true);
  await newEpoch();
  bus.reconnect();
  goOn();
  reading.stop();
  const marker = await watch(grace);
  await marker.next(is('ready'));
  marker.stop();
  await expect.poll(() => channelsOf(grace, id)).toEqual([]);
});
