import { type Message, newId, type ThreadState, type Viewer } from '@parley/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { read, type TestParley, testParley } from '../testing/index.ts';

let parley: TestParley;
let engine: Engine;
let other: Engine;
let ada: Viewer;
let grace: Viewer;
let mary: Viewer;
let conversationId: string;

beforeAll(async () => {
  parley = await testParley();
  [engine, other] = [await parley.engine(), await parley.engine()];
  [ada, grace, mary] = [
    await parley.person('ada'),
    await parley.person('grace'),
    await parley.person('mary'),
  ];
});
afterAll(() => parley[Symbol.asyncDispose]());
beforeEach(async () => {
  const input = { participantIds: [grace.userId, mary.userId], title: 'Room' };
  conversationId = (await engine.services.conversations.create(ada, input)).id;
});

const send = (viewer: Viewer, content: string, extras: { thread?: string; replyTo?: string } = {}) =>
  engine.services.messages.send(viewer, { conversationId, content, ...extras });
const reply = (viewer: Viewer, thread: string, content = 'a reply') => send(viewer, content, { thread });
const page = (
  viewer: Viewer,
  rootId: string,
  more: { before?: number; after?: number; limit?: number } = {},
) => engine.services.threads.list(viewer, { conversationId, rootId, limit: 50, ...more });
const state = async (viewer: Viewer, rootId: string): Promise<ThreadState> =>
  (await page(viewer, rootId)).state;
const summary = (viewer: Viewer) => engine.services.conversations.get(viewer, { conversationId });
const followed = async (viewer: Viewer, cursor?: string) =>
  engine.services.threads.followed(viewer, { limit: 50, ...(cursor !== undefined && { cursor }) });

describe('a reply', () => {
  test('I8 takes a position and no ordinal, and is neither unread nor the latest entry of its conversation', async () => {
    const root = await send(ada, 'What about threads?');
    const before = await summary(grace);
    const first = await reply(grace, root.id);
    expect(first).toMatchObject({
      position: root.position + 1,
      ordinal: root.ordinal,
      thread: { rootId: root.id, rootPosition: root.position, ordinal: 1, ownOrdinal: 1 },
    });
    const second = await reply(mary, root.id);
    const after = await summary(grace);
    expect(after).toMatchObject({
      unread: before.unread,
      updatedAt: before.updatedAt,
      lastMessage: { id: root.id, replies: { count: 2, lastPosition: second.position } },
      read: { lastPosition: second.position, lastOrdinal: before.read.lastOrdinal, sent: 0 },
    });
    const next = await send(ada, 'And so on');
    expect(next).toMatchObject({ position: second.position + 1, ordinal: root.ordinal + 1 });
    expect((await summary(grace)).lastMessage?.id).toBe(next.id);
    await reply(grace, root.id);
    expect((await summary(grace)).lastMessage?.id).toBe(next.id);
    await engine.services.messages.markRead(grace, { conversationId, position: root.position });
    expect((await summary(grace)).unread).toBe(1);
    expect((await summary(ada)).unread).toBe(0);
  });

  test('changes what it hangs on under a seq of its own, so that any page of history says it', async () => {
    const root = await send(ada, 'Here');
    const events = read(await engine.services.messages.watch(mary, { conversationId }));
    await events.next();
    const sent = await reply(grace, root.id);
    const [, live] = await events.next();
    expect(live).toMatchObject({
      type: 'changes',
      rows: [
        { seq: sent.seq, message: { id: sent.id } },
        {
          seq: sent.seq + 1,
          message: { id: root.id, replies: { count: 1, lastAt: sent.createdAt, userIds: [grace.userId] } },
        },
      ],
    });
    events.stop();
    await reply(ada, root.id);
    const { messages } = await engine.services.messages.list(mary, { conversationId, limit: 50 });
    const listed = messages.find(({ id }) => id === root.id);
    expect(listed?.replies).toMatchObject({ count: 2, userIds: [ada.userId, grace.userId] });
    expect(sent).not.toHaveProperty('replies');
  });

  test('names no more than the latest few who replied', async () => {
    const root = await send(ada, 'Everybody?');
    for (let n = 0; n < 7; n += 1) {
      const person = await parley.person(`p${n}-${root.id.slice(-8)}`);
      await engine.services.conversations.addMembers(ada, { conversationId, userIds: [person.userId] });
      await reply(person, root.id);
    }
    const { replies } = (await page(ada, root.id)).root;
    expect(replies?.count).toBe(7);
    expect(replies?.userIds.length).toBe(5);
  });

  test('I3 repeated is the same, elsewhere another one', async () => {
    const [root, another] = [await send(ada, 'One'), await send(ada, 'Two')];
    const input = { conversationId, content: 'Yes', id: newId(), thread: root.id };
    const stored = await engine.services.messages.send(grace, input);
    expect(await other.services.messages.send(grace, input)).toMatchObject({ position: stored.position });
    const { thread: _left, ...plain } = input;
    for (const wrong of [plain, { ...input, thread: another.id }]) {
      await expect(engine.services.messages.send(grace, wrong)).rejects.toMatchObject({ code: 'CONFLICT' });
    }
    expect((await page(ada, root.id)).root.replies?.count).toBe(1);
  });

  test('deleted keeps its place in the thread, and so does the thread of what is deleted', async () => {
    const root = await send(ada, 'Here');
    const [first] = [await reply(grace, root.id, 'gone soon'), await reply(mary, root.id)];
    await engine.services.messages.delete(grace, { conversationId, messageId: first.id });
    await engine.services.messages.delete(ada, { conversationId, messageId: root.id });
    const listed = await page(mary, root.id);
    expect(listed.root).toMatchObject({ isDeleted: true, content: '', replies: { count: 2 } });
    expect(listed.messages).toMatchObject([
      { isDeleted: true, thread: { ordinal: 1 } },
      { isDeleted: false },
    ]);
    await expect(reply(mary, root.id)).resolves.toMatchObject({ thread: { ordinal: 3 } });
  });
});

test('many at once in two threads and the timeline, on two engines, keep all numbers without a hole', async () => {
  const roots = [await send(ada, 'One'), await send(ada, 'Two')];
  const start = await summary(ada);
  const people = [ada, grace, mary];
  const sends = Array.from({ length: 60 }, (_, n) => {
    const { services } = n % 2 === 0 ? engine : other;
    const thread = roots[n % 3]?.id;
    const viewer = people[n % people.length] ?? ada;
    return services.messages.send(viewer, { conversationId, content: `${n}`, ...(thread && { thread }) });
  });
  const stored = await Promise.all(sends);
  const positions = stored.map(({ position }) => position).toSorted((a, b) => a - b);
  expect(positions).toEqual(positions.map((_, n) => start.read.lastPosition + 1 + n));
  const rows = await parley.db
    .selectFrom('messages')
    .select(['seq', 'ordinal', 'metadata', 'sender_id'])
    .where('conversation_id', '=', conversationId)
    .orderBy('position')
    .execute();
  expect(new Set(rows.map(({ seq }) => seq)).size).toBe(rows.length);
  const end = await summary(ada);
  // 20 in the timeline take one seq each, 40 replies two.
  expect(end.lastSeq - start.lastSeq).toBe(100);
  expect(end.read.lastOrdinal - start.read.lastOrdinal).toBe(20);
  for (const root of roots) {
    const { messages, root: now } = await page(mary, root.id);
    expect(messages.map(({ thread }) => thread?.ordinal)).toEqual(messages.map((_, n) => n + 1));
    expect(now.replies).toMatchObject({ count: 20, lastPosition: messages.at(-1)?.position });
    for (const { userId } of people) {
      const own = messages.filter(({ senderId }) => senderId === userId);
      expect(own.map(({ thread }) => thread?.ownOrdinal)).toEqual(own.map((_, n) => n + 1));
    }
  }
});

describe('following', () => {
  /** I8: what is unread, counted from the rows. */
  async function counted(viewer: Viewer, rootId: string, upTo: number): Promise<number> {
    const { messages } = await page(viewer, rootId, { limit: 100 });
    return messages.filter((m) => (m.thread?.ordinal ?? 0) > upTo && m.senderId !== viewer.userId).length;
  }

  test('I8 whoever began it, replied or asked follows; unread is what others said that was not read', async () => {
    const root = await send(ada, 'Here');
    await reply(grace, root.id);
    await reply(grace, root.id);
    expect(await state(ada, root.id)).toMatchObject({ following: true, unread: 2 });
    expect(await state(grace, root.id)).toMatchObject({ following: true, unread: 0 });
    expect(await state(mary, root.id)).toMatchObject({ following: false, unread: 0 });
    // A reply while something is unread does not read it.
    const own = await reply(ada, root.id);
    expect(await state(ada, root.id)).toMatchObject({ unread: 2 });
    expect(await state(grace, root.id)).toMatchObject({ unread: 1 });
    const asked = await engine.services.threads.follow(mary, { conversationId, rootId: root.id });
    expect(asked).toMatchObject({ following: true, unread: 0 });
    await reply(grace, root.id);
    expect(await state(mary, root.id)).toMatchObject({ unread: 1 });
    for (const ordinal of [1, 3, 2]) {
      const mark = await engine.services.threads.markRead(ada, { conversationId, rootId: root.id, ordinal });
      expect(mark.unread).toBe(await counted(ada, root.id, Math.max(ordinal, mark.read.readOrdinal)));
    }
    const at = { conversationId, rootId: root.id, position: own.position };
    expect(await engine.services.threads.markRead(grace, at)).toMatchObject({ unread: 0 });
    expect(await engine.services.threads.markRead(mary, { ...at, position: 1 })).toMatchObject({ unread: 1 });
    const all = await engine.services.threads.markRead(ada, { conversationId, rootId: root.id });
    expect(all).toMatchObject({ unread: 0, read: { lastOrdinal: 4, readOrdinal: 4, sent: 1, readSent: 1 } });
  });

  test('ends when asked, until one replies; an author who asked not to is left alone', async () => {
    const root = await send(ada, 'Here');
    await engine.services.threads.unfollow(ada, { conversationId, rootId: root.id });
    await reply(grace, root.id);
    expect(await state(ada, root.id)).toMatchObject({ following: false, unread: 0 });
    await engine.services.threads.unfollow(grace, { conversationId, rootId: root.id });
    await reply(mary, root.id);
    expect((await followed(grace)).threads.filter(({ root: { id } }) => id === root.id)).toEqual([]);
    await reply(grace, root.id);
    expect(await state(grace, root.id)).toMatchObject({ following: true, unread: 0 });
    await reply(mary, root.id);
    expect(await state(grace, root.id)).toMatchObject({ unread: 1 });
  });

  test('I8 whoever comes back has read what was said meanwhile, as in the conversation itself', async () => {
    const { conversations } = engine.services;
    const root = await send(grace, 'Who brings cake?');
    await reply(mary, root.id);
    await reply(grace, root.id);
    await conversations.leave(grace, { conversationId });
    await reply(mary, root.id);
    await reply(ada, root.id);
    await conversations.addMembers(ada, { conversationId, userIds: [grace.userId] });
    const back = await state(grace, root.id);
    expect(back).toMatchObject({ following: true, unread: 0, read: { lastOrdinal: 4, readOrdinal: 4 } });
    expect((await summary(grace)).unread).toBe(0);
    await reply(mary, root.id);
    expect((await state(grace, root.id)).unread).toBe(1);
    // Others stand as they did.
    expect((await state(mary, root.id)).unread).toBe(2);
  });

  test('lists what one follows by latest reply, in pages, with what is unread and said last', async () => {
    const viewer = await parley.person(`lister-${conversationId.slice(-8)}`);
    await engine.services.conversations.addMembers(ada, { conversationId, userIds: [viewer.userId] });
    const roots: Message[] = [];
    for (let n = 0; n < 3; n += 1) {
      const root = await send(viewer, `root ${n}`);
      for (let m = 0; m < 3; m += 1) await reply(grace, root.id, `${n}.${m}`);
      roots.push(root);
    }
    await send(viewer, 'without replies');
    const first = await engine.services.threads.followed(viewer, { limit: 2 });
    expect(first.threads.map(({ root }) => root.content)).toEqual(['root 2', 'root 1']);
    expect(first.threads[0]).toMatchObject({
      state: { following: true, unread: 3 },
      latest: [{ content: '2.1' }, { content: '2.2' }],
    });
    const rest = await followed(viewer, first.nextCursor ?? '');
    expect(rest.threads.map(({ root }) => root.content)).toEqual(['root 0']);
    expect(rest.nextCursor).toBeNull();
    await engine.services.conversations.removeMember(ada, { conversationId, userId: viewer.userId });
    expect((await followed(viewer)).threads).toEqual([]);
    for (const cursor of ['x', `${'9'.repeat(15)}9~${newId()}~1`]) {
      await expect(followed(viewer, cursor)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
  });

  test('tells the own other devices, and nobody else, when it was changed by oneself', async () => {
    const root = await send(ada, 'Here');
    const events = read(await engine.services.inbox.watch(ada));
    await events.next();
    const told = async () => {
      const found = await events.next((batch) => batch.some(({ type }) => type === 'thread'));
      return found.flatMap((event) => (event.type === 'thread' ? event.state : []));
    };
    await reply(grace, root.id);
    expect(await told()).toMatchObject([{ rootId: root.id, following: true, unread: 1 }]);
    await other.services.threads.markRead(ada, { conversationId, rootId: root.id });
    expect(await told()).toMatchObject([{ rootId: root.id, following: true, unread: 0 }]);
    await other.services.threads.unfollow(ada, { conversationId, rootId: root.id });
    expect(await told()).toMatchObject([{ rootId: root.id, following: false, unread: 0 }]);
    events.stop();
    const row = await parley.db
      .selectFrom('users')
      .select(['inbox_seq', 'threads_seq'])
      .where('id', '=', ada.userId)
      .executeTakeFirstOrThrow();
    expect(row.threads_seq).toBe(row.inbox_seq);
  });
});

test('lists replies by position, from both sides', async () => {
  const root = await send(ada, 'Here');
  const sent: Message[] = [];
  for (let n = 0; n < 5; n += 1) {
    sent.push(await reply(n % 2 === 0 ? grace : mary, root.id, `${n}`));
    await send(ada, 'in between');
  }
  const contents = ({ messages }: { messages: readonly Message[] }) => messages.map(({ content }) => content);
  const latest = await page(ada, root.id, { limit: 2 });
  expect([contents(latest), latest.hasBefore, latest.hasAfter]).toEqual([['3', '4'], true, false]);
  const older = await page(ada, root.id, { limit: 3, before: sent[3]?.position ?? 0 });
  expect([contents(older), older.hasBefore, older.hasAfter]).toEqual([['0', '1', '2'], false, true]);
  const newer = await page(ada, root.id, { limit: 2, after: sent[0]?.position ?? 0 });
  expect([contents(newer), newer.hasBefore, newer.hasAfter]).toEqual([['1', '2'], true, true]);
  const none = await page(ada, root.id, { after: sent[4]?.position ?? 0 });
  expect([contents(none), none.hasBefore, none.hasAfter]).toEqual([[], true, false]);
  const empty = await page(ada, (await send(ada, 'nothing here')).id);
  expect([contents(empty), empty.hasBefore, empty.hasAfter]).toEqual([[], false, false]);
});

describe('bad input', () => {
  test('nothing hangs on a reply, a notice, what is deleted, elsewhere or not there', async () => {
    const { messages, conversations } = engine.services;
    const root = await send(ada, 'Here');
    const inside = await reply(grace, root.id);
    await expect(reply(mary, inside.id)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('a thread on a thread'),
    });
    const notices = await messages.list(ada, { conversationId, limit: 1, after: 0 });
    const gone = await send(ada, 'Soon gone');
    await messages.delete(ada, { messageId: gone.id });
    const elsewhere = await conversations.create(ada, { participantIds: [grace.userId], title: 'Elsewhere' });
    const there = await messages.send(ada, { conversationId: elsewhere.id, content: 'there' });
    for (const id of [newId(), gone.id, notices.messages[0]?.id ?? '', there.id]) {
      await expect(reply(ada, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const ref = { conversationId, rootId: id };
      await expect(engine.services.threads.follow(ada, ref)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(engine.services.threads.markRead(ada, ref)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(page(ada, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  test('a reply answers only what is in its thread', async () => {
    const [root, outside] = [await send(ada, 'Here'), await send(ada, 'There')];
    const inside = await reply(grace, root.id);
    for (const replyTo of [root.id, inside.id]) {
      await expect(send(mary, 'yes', { thread: root.id, replyTo })).resolves.toMatchObject({
        thread: { rootId: root.id },
        replyTo: { messageId: replyTo },
      });
    }
    const wrong = { thread: root.id, replyTo: outside.id };
    await expect(send(mary, 'no', wrong)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('who is not in, or came later, sees no more than of other messages', async () => {
    const { conversations, messages, threads } = engine.services;
    const root = await send(ada, 'Here');
    await reply(grace, root.id);
    const stranger = await parley.person(`eve-${conversationId.slice(-8)}`);
    const ref = { conversationId, rootId: root.id };
    const calls = [
      () => reply(stranger, root.id),
      () => page(stranger, root.id),
      () => threads.follow(stranger, ref),
      () => threads.unfollow(stranger, ref),
      () => threads.markRead(stranger, ref),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'NOT_MEMBER' });
    const late = await conversations.create(ada, {
      participantIds: [grace.userId],
      title: 'From joining',
      history: 'from-joining',
    });
    const there = { conversationId: late.id };
    const hidden = await messages.send(ada, { ...there, content: 'before' });
    await messages.send(grace, { ...there, content: 'early', thread: hidden.id });
    await conversations.addMembers(ada, { ...there, userIds: [stranger.userId] });
    const unseen = { ...there, content: 'late', thread: hidden.id };
    await expect(messages.send(stranger, unseen)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(threads.list(stranger, { ...there, rootId: hidden.id, limit: 50 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await messages.send(grace, { ...there, content: 'still', thread: hidden.id });
    expect((await conversations.get(stranger, there)).lastMessage).not.toHaveProperty('thread');
  });
});

test('a deleted account leaves its replies, or their places, and nothing of what it followed', async () => {
  const gone = await parley.person(`gone-${conversationId.slice(-8)}`, 'a fine password');
  await engine.services.conversations.addMembers(ada, { conversationId, userIds: [gone.userId] });
  const root = await send(ada, 'Here');
  await reply(gone, root.id, 'what I said');
  const removing = await parley.engine({ deletedAccountMessages: 'remove', deletionCheckMs: 200 });
  await removing.services.auth.deleteAccount(gone, { password: 'a fine password' });
  await expect
    .poll(async () => (await page(ada, root.id)).messages, { timeout: 10_000 })
    .toMatchObject([{ isDeleted: true, content: '', thread: { rootId: root.id, ordinal: 1 } }]);
  await expect
    .poll(async () =>
      parley.db.selectFrom('thread_followers').selectAll().where('user_id', '=', gone.userId).execute(),
    )
    .toEqual([]);
});
