import { forEver, type InboxEvent, limits, newId, type Viewer } from '@parley/contract';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import {
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
let engine: Engine;
let ada: Viewer;
let grace: Viewer;
beforeAll(async () => {
  parley = await testParley();
  bus = lossyBus();
  engine = await parley.engine({ bus, headCheckMs: 200 });
});
afterAll(() => parley[Symbol.asyncDispose]());

const open: Reading<Batch>[] = [];
afterEach(() => {
  bus.lose(null);
  for (const reading of open.splice(0)) reading.stop();
});

async function people(): Promise<void> {
  ada = await parley.person(`ada-${newId()}`);
  grace = await parley.person(`grace-${newId()}`);
}

async function room(title = 'Room'): Promise<string> {
  const input = { participantIds: [grace.userId], title };
  return (await engine.services.conversations.create(ada, input)).id;
}

async function watch(viewer: Viewer): Promise<Reading<Batch>> {
  const reading = read(await engine.services.inbox.watch(viewer));
  open.push(reading);
  return reading;
}

const set = (viewer: Viewer, conversationId: string, what: object) =>
  engine.services.settings.set(viewer, { conversationId, ...what });
const say = (viewer: Viewer, conversationId: string) =>
  engine.services.messages.send(viewer, { conversationId, content: 'hello' });
const listed = async (view?: 'inbox' | 'all' | 'archived' | 'hidden' | 'pinned', viewer = ada) => {
  const input = { limit: 50, ...(view === undefined ? {} : { view }) };
  const { conversations } = await engine.services.conversations.list(viewer, input);
  return conversations.map(({ title }) => title);
};
const has = (type: InboxEvent['type']) => (batch: Batch) => batch.some((event) => event.type === type);

describe('settings', () => {
  test('are one person’s own, stand in what they read, and are absent as at first', async () => {
    await people();
    const id = await room();
    const mutedUntil = '2999-01-01T00:00:00.000Z';
    const { epoch: _epoch, conversationId: _id, ...stored } = await set(ada, id, { mutedUntil });
    expect(stored).toMatchObject({ mutedUntil, archived: false, pinnedAt: null, unreadFrom: null });
    const { conversations } = engine.services;
    expect((await conversations.get(ada, { conversationId: id })).settings).toEqual(stored);
    expect(await conversations.get(grace, { conversationId: id })).not.toHaveProperty('settings');
    expect((await set(ada, id, { archived: true })).mutedUntil).toBe(mutedUntil);
    expect((await set(ada, id, { mutedUntil: forEver })).mutedUntil).toBe(forEver);
    await set(ada, id, { mutedUntil: null, archived: false });
    expect(await conversations.get(ada, { conversationId: id })).not.toHaveProperty('settings');
  });

  test('that have passed, or change nothing, are not told', async () => {
    await people();
    const id = await room();
    const before = await set(ada, id, { archived: true });
    expect(await set(ada, id, { archived: true })).toEqual(before);
    expect(await set(ada, id, { mutedUntil: '2001-01-01T00:00:00.000Z' })).toEqual(before);
  });

  test('reach one’s devices by the inbox, and whoever comes later in ready', async () => {
    await people();
    const id = await room();
    await room('Other');
    const reading = await watch(ada);
    const [before] = await reading.next(has('ready'));
    expect(before).toMatchObject({ inboxSeq: 2 });
    expect(before).not.toHaveProperty('draftsSeq');
    const { epoch, conversationId, ...settings } = await set(ada, id, { pinned: true });
    const batch = await reading.next(has('settings'));
    expect(batch).toEqual([{ type: 'settings', epoch, conversationId, settings }]);
    for (const later of [await watch(ada), await anew(ada)]) {
      const [ready] = await later.next(has('ready'));
      if (ready?.type !== 'ready') throw new Error('ready comes first');
      expect(ready.inboxSeq).toBe(3);
      expect(ready.heads.find((head) => head.conversationId === id)?.settings).toEqual(settings);
      expect(ready.heads.filter((head) => 'settings' in head)).toHaveLength(1);
    }
  });

  /** As on another server. */
  async function anew(viewer: Viewer): Promise<Reading<Batch>> {
    const elsewhere = await parley.engine();
    const reading = read(await elsewhere.services.inbox.watch(viewer));
    open.push(reading);
    return reading;
  }

  test('are told when the event was lost, by the next comparison', async () => {
    await people();
    const id = await room();
    const reading = await watch(ada);
    await reading.next(has('ready'));
    bus.lose('u:');
    const { inboxSeq } = await set(ada, id, { archived: true });
    expect(await reading.next(has('settings'))).toMatchObject([{ settings: { archived: true, inboxSeq } }]);
  });

  test('end with the membership, and with a mark as unread', async () => {
    await people();
    const id = await room();
    await set(grace, id, { archived: true });
    await engine.services.drafts.set(grace, { conversationId: id, text: 'half' });
    const reading = await watch(grace);
    const [ready] = await reading.next(has('ready'));
    expect(ready).toMatchObject({ heads: [{ settings: { archived: true } }] });
    await engine.services.conversations.leave(grace, { conversationId: id });
    await reading.next(has('lost'));
    await expect(set(grace, id, { archived: false })).rejects.toMatchObject({ code: 'NOT_MEMBER' });
    await engine.services.conversations.addMembers(ada, { conversationId: id, userIds: [grace.userId] });
    const gained = await reading.next(has('gained'));
    expect(gained.find(({ type }) => type === 'gained')).not.toHaveProperty('head.settings');
    expect(await engine.services.conversations.get(grace, { conversationId: id })).not.toHaveProperty(
      'settings',
    );
    expect((await engine.services.drafts.list(grace, { limit: 50 })).drafts).toEqual([]);
  });

  test('nobody sets of a conversation they are not in', async () => {
    await people();
    const id = await room();
    const eve = await parley.person(`eve-${newId()}`);
    await expect(set(eve, id, { pinned: true })).rejects.toMatchObject({ code: 'NOT_MEMBER' });
  });
});

describe('the list', () => {
  test('hides until something is written, whoever writes it, and keeps what is archived', async () => {
    await people();
    const [hidden, archived] = [await room('Hidden'), await room('Archived')];
    await room('Plain');
    await set(ada, hidden, { hidden: true });
    await set(ada, archived, { archived: true });
    expect(await listed()).toEqual(['Plain']);
    expect(await listed('hidden')).toEqual(['Hidden']);
    expect(await listed('archived')).toEqual(['Archived']);
    expect(await listed('all')).toEqual(['Plain', 'Archived', 'Hidden']);
    expect(await listed('inbox', grace)).toEqual(['Plain', 'Archived', 'Hidden']);
    // What the system says is no reason to come back.
    await engine.services.conversations.rename(ada, { conversationId: hidden, title: 'Was hidden' });
    expect(await listed()).toEqual(['Plain']);
    await say(grace, hidden);
    await say(grace, archived);
    expect(await listed()).toEqual(['Was hidden', 'Plain']);
    await set(ada, hidden, { hidden: true });
    await say(ada, hidden);
    expect(await listed()).toEqual(['Was hidden', 'Plain']);
    await set(ada, archived, { archived: false });
    expect(await listed()).toEqual(['Was hidden', 'Archived', 'Plain']);
  });

  test('has pinned ones first, by when they were pinned, across pages, up to a limit', async () => {
    await people();
    const ids: string[] = [];
    for (let n = 0; n <= limits.pinnedConversations; n += 1) ids.push(await room(`Room ${n}`));
    for (const id of ids.slice(0, -1)) await set(ada, id, { pinned: true });
    const last = ids.at(-1) ?? '';
    await expect(set(ada, last, { pinned: true })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await engine.services.conversations.get(ada, { conversationId: last })).settings).toBeUndefined();
    // Pinning again is no other pin.
    await set(ada, ids[0] ?? '', { pinned: true });
    const expected = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 10].map((n) => `Room ${n}`);
    expect(await listed()).toEqual(expected);
    const paged: (string | null)[] = [];
    for (let cursor: string | undefined, more = true; more;) {
      const input = { limit: 3, ...(cursor === undefined ? {} : { cursor }) };
      const page = await engine.services.conversations.list(ada, input);
      paged.push(...page.conversations.map(({ title }) => title));
      more = page.nextCursor !== null;
      cursor = page.nextCursor ?? undefined;
    }
    expect(paged).toEqual(expected);
    expect(await listed('pinned')).toHaveLength(10);
    // Out of the list is off the pin, and the other way round.
    await set(ada, ids[9] ?? '', { archived: true });
    await set(ada, ids[8] ?? '', { hidden: true });
    expect(await listed('pinned')).toHaveLength(8);
    await set(ada, ids[9] ?? '', { pinned: true });
    await set(ada, ids[8] ?? '', { pinned: true });
    expect((await listed()).slice(0, 2)).toEqual(['Room 8', 'Room 9']);
    expect(await listed('archived')).toEqual([]);
  });

  test('of two who pin at once, beyond the limit one is refused', async () => {
    await people();
    const ids = await Promise.all(Array.from({ length: limits.pinnedConversations + 4 }, () => room()));
    const results = await Promise.allSettled(ids.map((id) => set(ada, id, { pinned: true })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(limits.pinnedConversations);
    expect(await listed('pinned')).toHaveLength(limits.pinnedConversations);
  });
});

test('the total leaves out what is muted, archived and hidden', async () => {
  await people();
  const ids = await Promise.all(['Plain', 'Muted', 'Archived', 'Hidden', 'Read'].map((title) => room(title)));
  const [plain = '', muted = '', archived = '', hidden = '', seen = ''] = ids;
  for (const id of ids) for (let n = 0; n < 3; n += 1) await say(grace, id);
  const total = () => engine.services.conversations.unread(ada);
  expect(await total()).toEqual({ conversations: 5, messages: 15 });
  await set(ada, muted, { mutedUntil: forEver });
  await set(ada, archived, { archived: true });
  await set(ada, hidden, { hidden: true });
  await engine.services.messages.markRead(ada, { conversationId: seen });
  expect(await total()).toEqual({ conversations: 1, messages: 3 });
  await say(grace, hidden);
  await say(ada, plain);
  expect(await total()).toEqual({ conversations: 2, messages: 7 });
  await set(ada, muted, { mutedUntil: null });
  expect(await total()).toEqual({ conversations: 3, messages: 10 });
  expect(await engine.services.conversations.unread(await parley.person(newId().slice(0, 30)))).toEqual({
    conversations: 0,
    messages: 0,
  });
});
