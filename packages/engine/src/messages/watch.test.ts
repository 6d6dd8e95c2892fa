import { type Change, newId, type Viewer, type WatchEvent } from '@parley/contract';
import type { TrackedEnvelope } from '@parley/contract/router';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import {
  type LossyBus,
  lossyBus,
  type Reading,
  read,
  silentLog,
  type TestParley,
  testParley,
} from '../testing/index.ts';
import { ConversationFeeds } from '../feeds/conversation-feeds.ts';
import { watchMessages } from './watch.ts';

type Event = TrackedEnvelope<WatchEvent>;

let parley: TestParley;
let bus: LossyBus;
let here: Engine;
let there: Engine;
let ada: Viewer;
let grace: Viewer;

beforeAll(async () => {
  parley = await testParley();
  bus = lossyBus();
  here = await parley.engine({ bus, headCheckMs: 3_600_000 });
  there = await parley.engine({ bus, headCheckMs: 3_600_000 });
  [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
});
afterAll(() => parley[Symbol.asyncDispose]());

const open: Reading<Event>[] = [];
afterEach(() => {
  bus.lose(null);
  for (const reading of open.splice(0)) reading.stop();
});

async function watch(conversationId: string, viewer = grace, lastEventId?: string): Promise<Reading<Event>> {
  const stream = await here.services.messages.watch(viewer, {
    conversationId,
    ...(lastEventId === undefined ? {} : { lastEventId }),
  });
  const reading = read(stream);
  open.push(reading);
  return reading;
}

async function room(history: 'full' | 'from-joining' = 'full'): Promise<string> {
  const input = { participantIds: [grace.userId], title: 'Room', history };
  return (await there.services.conversations.create(ada, input)).id;
}

const say = (conversationId: string, content: string) =>
  there.services.messages.send(ada, { conversationId, content });
const texts = (rows: readonly Change[]) =>
  rows.flatMap((row) => (row.type === 'message' ? row.message.content : []));
const heard = (reading: Reading<Event>) =>
  reading.items.flatMap(([, event]) => (event.type === 'changes' ? texts(event.rows) : []));
const carries = (content: string) => (event: Event) =>
  event[1].type === 'changes' && texts(event[1].rows).includes(content);

test('begins with ready at the head, then tells what is said, on another engine too', async () => {
  const conversationId = await room();
  const reading = await watch(conversationId);
  const [readyId, ready] = await reading.next();
  expect(ready).toEqual({ type: 'ready', epoch: expect.any(String), seq: 4 });
  expect(readyId).toMatch(/^[0-9a-f]{16}:\d+:4$/);
  await say(conversationId, 'one');
  const [id, event] = await reading.next();
  expect(event.type === 'changes' && texts(event.rows)).toEqual(['one']);
  expect(id.split(':')[2]).toBe('5');
});

test('resumes from the id of the last event, with what happened meanwhile, in order', async () => {
  const conversationId = await room();
  const first = await watch(conversationId);
  await say(conversationId, 'one');
  const [lastEventId] = await first.next(carries('one'));
  first.stop();
  for (let n = 0; n < 250; n += 1) await say(conversationId, `missed ${n}`);
  const second = await watch(conversationId, grace, lastEventId);
  const [readyId] = await second.next();
  expect(readyId).toBe(lastEventId);
  await say(conversationId, 'last');
  await second.next(carries('last'));
  expect(heard(second)).toEqual([...Array.from({ length: 250 }, (_, n) => `missed ${n}`), 'last']);
});

test('a publish that was lost is read from the database when the next one comes', async () => {
  const conversationId = await room();
  const reading = await watch(conversationId);
  bus.lose('c:');
  await say(conversationId, 'lost');
  bus.lose(null);
  await say(conversationId, 'found');
  await reading.next(carries('found'));
  expect(heard(reading)).toEqual(['lost', 'found']);
});

test('the last publish lost, then silence: a head check finds it when the bus is back', async () => {
  const conversationId = await room();
  const reading = await watch(conversationId);
  bus.lose('c:');
  await say(conversationId, 'the last word');
  bus.reconnect();
  await reading.next(carries('the last word'));
  expect(heard(reading)).toEqual(['the last word']);
});

test('a removed member hears nothing more, and the stream ends', async () => {
  const conversationId = await room();
  const reading = await watch(conversationId);
  await reading.next();
  await there.services.conversations.removeMember(ada, { conversationId, userId: grace.userId });
  await say(conversationId, 'behind your back');
  expect(await reading.end()).toMatchObject({ code: 'NOT_MEMBER' });
  expect(heard(reading)).toEqual([]);
});

test('a removal whose publish was lost is known before the next message is passed on', async () => {
  const conversationId = await room();
  const reading = await watch(conversationId);
  await reading.next();
  bus.lose('c:');
  await there.services.conversations.removeMember(ada, { conversationId, userId: grace.userId });
  bus.lose(null);
  await say(conversationId, 'behind your back');
  expect(await reading.end()).toMatchObject({ code: 'NOT_MEMBER' });
  expect(heard(reading)).toEqual([]);
});

test('an id of another epoch is answered with a reset, and the stream goes on', async () => {
  const conversationId = await room();
  const reading = await watch(conversationId, grace, '0123456789abcdef:3:4');
  await reading.next(([, event]) => event.type === 'ready');
  const [resetId, reset] = await reading.next();
  expect(reset).toEqual({ type: 'reset', epoch: resetId.split(':')[0], seq: 4 });
  await say(conversationId, 'still here');
  await reading.next(carries('still here'));
});

test('joining anew continues with full history, and begins anew with history from joining', async () => {
  for (const history of ['full', 'from-joining'] as const) {
    const conversationId = await room(history);
    const first = await watch(conversationId);
    const [lastEventId] = await first.next();
    await there.services.conversations.removeMember(ada, { conversationId, userId: grace.userId });
    await say(conversationId, 'while away');
    await there.services.conversations.addMembers(ada, { conversationId, userIds: [grace.userId] });
    const second = await watch(conversationId, grace, lastEventId);
    await say(conversationId, 'welcome back');
    await second.next(carries('welcome back'));
    expect(heard(second)).toEqual(
      history === 'full' ? ['', 'while away', '', 'welcome back'] : ['welcome back'],
    );
    expect(second.items.some(([, event]) => event.type === 'reset')).toBe(history === 'from-joining');
  }
});

test('an edit of a hidden message does not reach a newcomer, and leaves no hole', async () => {
  const conversationId = await room('from-joining');
  const message = await say(conversationId, 'before');
  const newcomer = await parley.person(`alan-${newId()}`);
  await there.services.conversations.addMembers(ada, { conversationId, userIds: [newcomer.userId] });
  const reading = await watch(conversationId, newcomer);
  await there.services.messages.edit(ada, { conversationId, messageId: message.id, content: 'edited' });
  await say(conversationId, 'after');
  await reading.next(carries('after'));
  expect(heard(reading)).toEqual(['after']);
});

test('another epoch resets a watcher, and it goes on from there', async () => {
  const conversationId = await room();
  const reading = await watch(conversationId);
  const [, ready] = await reading.next();
  await parley.db.updateTable('deployment').set({ id: newId() }).execute();
  bus.reconnect();
  const [resetId, reset] = await reading.next(([, event]) => event.type === 'reset');
  expect(reset).toEqual({ type: 'reset', epoch: resetId.split(':')[0], seq: 4 });
  expect(resetId.split(':')[0]).not.toBe('epoch' in ready ? ready.epoch : '');
  await say(conversationId, 'still here');
  await reading.next(carries('still here'));
});

test('restored to before the conversation was made, whoever watches it is told that it is not there', async () => {
  const conversationId = await room();
  const reading = await watch(conversationId);
  await reading.next();
  const inbox = read(await here.services.inbox.watch(grace));
  await parley.db.transaction().execute(async (trx) => {
    for (const table of ['messages', 'members'] as const)
      await trx.deleteFrom(table).where('conversation_id', '=', conversationId).execute();
    await trx.deleteFrom('conversations').where('id', '=', conversationId).execute();
    await trx.updateTable('deployment').set({ id: newId() }).execute();
  });
  bus.reconnect();
  expect(await reading.end()).toMatchObject({ code: 'NOT_MEMBER' });
  await inbox.next((events) => events.some(({ type }) => type === 'reset'));
  const [ready] = await inbox.next((events) => events.some(({ type }) => type === 'ready'));
  const held = ready?.type === 'ready' ? ready.heads.map((head) => head.conversationId) : [];
  expect(held).not.toContain(conversationId);
  expect(held).not.toEqual([]);
  inbox.stop();
});

test('a watcher the feed lost track of goes on where it was, if the database says it may', async () => {
  const conversationId = await room();
  const feeds = new ConversationFeeds(parley.db, bus, silentLog);
  const stream = await watchMessages(parley.db, feeds, grace, { conversationId });
  const reading = read(stream);
  open.push(reading);
  const [, ready] = await reading.next();
  bus.lose('c:');
  const { seq } = await say(conversationId, 'unheard');
  bus.lose(null);
  const [feed] = await feeds.open([conversationId]);
  // As after a gap too large to look through: the feed knows no more whether Grace is a member.
  const member = { conversationId, userId: grace.userId, role: 'member', joinedPosition: 0 } as const;
  const row = { type: 'member', seq, member: { ...member, joinedSeq: 1, leftAt: null, seq } } as const;
  feed?.onEvents([{ epoch: 'epoch' in ready ? ready.epoch : '', seq, memberVersion: 3, row }]);
  await reading.next(carries('unheard'));
  await say(conversationId, 'heard');
  await reading.next(carries('heard'));
  expect(heard(reading)).toEqual(['unheard', 'heard']);
  feeds.close();
  expect(await reading.end()).toMatchObject({ code: 'UNAVAILABLE' });
});

test('closing the engine ends the streams of its watchers', async () => {
  const conversationId = await room();
  const engine = await parley.engine({ bus, headCheckMs: 3_600_000 });
  const reading = read(await engine.services.messages.watch(grace, { conversationId }));
  await reading.next();
  await engine[Symbol.asyncDispose]();
  expect(await reading.end()).toMatchObject({ code: 'UNAVAILABLE' });
});

test('strangers, unknown conversations and ids that are none are refused', async () => {
  const conversationId = await room();
  const stranger = await parley.person(`stranger-${newId()}`);
  await expect(watch(conversationId, stranger)).rejects.toMatchObject({ code: 'NOT_MEMBER' });
  await expect(watch(newId())).rejects.toMatchObject({ code: 'NOT_MEMBER' });
  await expect(watch(conversationId, grace, 'nonsense')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
