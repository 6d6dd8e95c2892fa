import type { Change, InboxEvent, Viewer, WatchEvent } from '@parley/contract';
import type { TrackedEnvelope } from '@parley/contract/router';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { type LossyBus, lossyBus, read, type TestParley, testParley } from '../testing/index.ts';

// The bus stays connected, as a Redis that loses something does, and nobody says anything more.
const headCheckMs = 300;
/** A check, and what it takes to read what it found. */
const repairedMs = headCheckMs + 2_000;

let parley: TestParley;
let bus: LossyBus;
let here: Engine;
let there: Engine;
let ada: Viewer;
let grace: Viewer;
let conversationId: string;

beforeAll(async () => {
  parley = await testParley();
  bus = lossyBus();
  here = await parley.engine({ bus, headCheckMs });
  there = await parley.engine({ bus, headCheckMs: 3_600_000 });
  [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
});
afterAll(() => parley[Symbol.asyncDispose]());
beforeEach(async () => {
  bus.lose(null);
  const input = { participantIds: [grace.userId], title: 'Room' };
  conversationId = (await there.services.conversations.create(ada, input)).id;
});

const say = (content: string) => there.services.messages.send(ada, { conversationId, content });
const texts = (rows: readonly Change[]) =>
  rows.flatMap((row) => (row.type === 'message' ? row.message.content : []));

test('I6 the last publish lost, then silence: who watches the conversation is told within a head check', async () => {
  const reading = read<TrackedEnvelope<WatchEvent>>(
    await here.services.messages.watch(grace, { conversationId }),
  );
  const heard = () =>
    reading.items.flatMap(([, event]) => (event.type === 'changes' ? texts(event.rows) : []));
  await say('heard');
  await expect.poll(heard).toEqual(['heard']);
  bus.lose('c:');
  await say('the last word');
  await expect.poll(heard, { timeout: repairedMs, interval: 5 }).toEqual(['heard', 'the last word']);
  reading.stop();
});

test('I6 the last publish lost, then silence: who holds an inbox is told within a head check', async () => {
  const reading = read<readonly InboxEvent[]>(await here.services.inbox.watch(grace));
  const heard = () =>
    reading.items.flat().flatMap((event) => (event.type === 'frame' ? texts(event.frame.rows) : []));
  await say('heard');
  await expect.poll(heard).toEqual(['heard']);
  bus.lose('c:');
  await say('the last word');
  await expect.poll(heard, { timeout: repairedMs, interval: 5 }).toEqual(['heard', 'the last word']);
  reading.stop();
});

test('I6 what concerns a person is told within a head check, too: a mark, a conversation gained, one lost', async () => {
  const reading = read<readonly InboxEvent[]>(await here.services.inbox.watch(grace));
  await reading.next();
  const told = async (type: InboxEvent['type']) =>
    reading.next((batch) => batch.some((event) => event.type === type), repairedMs);
  const { position } = await say('to be read');
  bus.lose('u:');
  await there.services.messages.markRead(grace, { conversationId });
  const [mark] = await told('read');
  expect(mark).toMatchObject({ conversationId, read: { readPosition: position } });
  const input = { participantIds: [grace.userId], title: 'Other' };
  const other = await there.services.conversations.create(ada, input);
  const [gained] = await told('gained');
  expect(gained).toMatchObject({ head: { conversationId: other.id } });
  await there.services.conversations.removeMember(ada, { conversationId, userId: grace.userId });
  const [lost] = await told('lost');
  expect(lost).toMatchObject({ conversationId });
  reading.stop();
});
