import { newId, type Viewer } from '@parley/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { lossyBus, read, type TestParley, testParley } from '../testing/index.ts';

let parley: TestParley;
let engine: Engine;
let ada: Viewer;
let eve: Viewer;

beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine();
});
afterAll(() => parley[Symbol.asyncDispose]());
beforeEach(async () => {
  ada = await parley.person(`ada-${newId()}`);
  eve = await parley.person(`eve-${newId()}`);
});

/** What a call that failed said. */
async function failure(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'it did not fail',
    (error: unknown) =>
      error instanceof Error && 'code' in error ? `${String(error.code)}: ${error.message}` : '',
  );
}

const direct = (viewer: Viewer, other: Viewer) =>
  engine.services.conversations.create(viewer, { participantIds: [other.userId] });
const block = (viewer: Viewer, other: Viewer) => engine.services.blocks.add(viewer, { userId: other.userId });
const unblock = (viewer: Viewer, other: Viewer) =>
  engine.services.blocks.remove(viewer, { userId: other.userId });
const send = (viewer: Viewer, conversationId: string, content = 'hello') =>
  engine.services.messages.send(viewer, { conversationId, content });
const listed = async (viewer: Viewer) =>
  (await engine.services.blocks.list(viewer, { limit: 100 })).blocks.map(({ user }) => user.id);

const told = 'FORBIDDEN: unable to send the message; you have blocked the person';
const untold = 'FORBIDDEN: unable to send the message; the person cannot be reached';

test('security, authorisation: between two of whom one blocked the other nothing is sent, edited or begun', async () => {
  const { id } = await direct(ada, eve);
  const { id: messageId } = await send(eve, id);
  await block(ada, eve);
  expect(await failure(send(ada, id))).toBe(told);
  expect(await failure(send(eve, id))).toBe(untold);
  const edit = { conversationId: id, messageId, content: 'worse' };
  expect(await failure(engine.services.messages.edit(eve, edit))).toBe(
    'FORBIDDEN: unable to edit the message; the person cannot be reached',
  );
  // What there is can be found and read, and taken back.
  expect(await direct(eve, ada)).toMatchObject({ id, created: false });
  await engine.services.messages.delete(eve, { conversationId: id, messageId });
  await engine.services.messages.markRead(ada, { conversationId: id });
  await unblock(ada, eve);
  await send(eve, id);
  await send(ada, id);
});

test('a send that was stored is answered again after the block, and another one under its id is not stored', async () => {
  const { id: conversationId } = await direct(ada, eve);
  const message = { conversationId, content: 'before', id: newId() };
  const { position } = await engine.services.messages.send(eve, message);
  await block(ada, eve);
  expect(await engine.services.messages.send(eve, message)).toMatchObject({ position });
  expect(await failure(engine.services.messages.send(eve, { ...message, content: 'after' }))).toMatch(
    /^CONFLICT/,
  );
});

test('a conversation that both closed opens once neither blocks the other', async () => {
  const { id } = await direct(ada, eve);
  await Promise.all([block(ada, eve), block(eve, ada)]);
  await unblock(ada, eve);
  expect(await failure(send(ada, id))).toBe(untold);
  expect(await failure(send(eve, id))).toBe(told);
  await unblock(eve, ada);
  await send(ada, id);
});

test('security, enumeration: whoever is blocked reads what a deleted account gives, word for word', async () => {
  const gone = await parley.person(`gone-${newId()}`);
  const rooms = { eve: (await direct(eve, ada)).id, gone: (await direct(eve, gone)).id };
  const { id: messageId } = await send(eve, rooms.eve);
  const { id: goneMessageId } = await send(eve, rooms.gone);
  const { userId: third } = await parley.person(`third-${newId()}`);
  const group = await engine.services.conversations.create(eve, { participantIds: [third], title: 'Group' });
  await block(ada, eve);
  await parley.db
    .updateTable('users')
    .set({ deleted_at: new Date() })
    .where('id', '=', gone.userId)
    .execute();
  await parley.db.updateTable('conversations').set({ closed: true }).where('id', '=', rooms.gone).execute();
  const { conversations, messages } = engine.services;
  const tries = (other: Viewer, conversationId: string, mine: string) => [
    send(eve, conversationId),
    messages.edit(eve, { conversationId, messageId: mine, content: 'other' }),
    conversations.create(eve, { participantIds: [other.userId], title: 'Two' }),
    conversations.addMembers(eve, { conversationId: group.id, userIds: [other.userId] }),
  ];
  const blocked = await Promise.all(tries(ada, rooms.eve, messageId).map(failure));
  const deleted = await Promise.all(tries(gone, rooms.gone, goneMessageId).map(failure));
  expect(blocked).toEqual(deleted);
  expect(new Set(blocked).size).toBe(4);
  for (const text of blocked) expect(text).toMatch(/^FORBIDDEN: unable to .*; the person cannot be reached$/);
  // Not the same, but made anew: a conversation of the two that never was.
  const [late, lateGone] = [
    await parley.person(`late-${newId()}`),
    await parley.person(`late-gone-${newId()}`),
  ];
  await block(late, eve);
  await parley.db
    .updateTable('users')
    .set({ deleted_at: new Date() })
    .where('id', '=', lateGone.userId)
    .execute();
  expect(await failure(direct(eve, late))).toBe(await failure(direct(eve, lateGone)));
});

test('security, output: between the two nobody is ever online, wherever people are shown', async () => {
  const { id } = await direct(ada, eve);
  const { users, conversations, auth } = engine.services;
  const group = await conversations.create(ada, { participantIds: [eve.userId], title: 'Group' });
  for (const viewer of [ada, eve]) await auth.setOnlineStatus(viewer, { isOnline: true });
  const shown = async (viewer: Viewer, other: Viewer) => {
    const { userId } = other;
    const { username } = await users.get(viewer, { userId });
    const { members } = await conversations.members(viewer, { conversationId: group.id, limit: 100 });
    const { conversations: list } = await conversations.list(viewer, { limit: 100 });
    return [
      await users.get(viewer, { userId }),
      ...(await users.getMany(viewer, { userIds: [userId] })),
      ...(await users.search(viewer, { q: username, limit: 5 })),
      ...members.flatMap((member) => (member.userId === userId ? member.user : [])),
      (await conversations.get(viewer, { conversationId: id })).peer,
      ...list.flatMap(({ peer }) => peer ?? []),
    ];
  };
  const seen = async () => [...(await shown(ada, eve)), ...(await shown(eve, ada))];
  const before = await seen();
  expect(before).toHaveLength(12);
  for (const person of before) expect(person).toMatchObject({ isOnline: true, lastSeen: expect.any(String) });
  await block(ada, eve);
  const after = await seen();
  expect(after).toHaveLength(12);
  for (const person of after) expect(person).toMatchObject({ isOnline: false, lastSeen: null });
  expect(await auth.me(eve)).toMatchObject({ isOnline: true });
  const [{ user } = { user: null }] = (await engine.services.blocks.list(ada, { limit: 5 })).blocks;
  expect(user).toMatchObject({ id: eve.userId, isOnline: false, lastSeen: null });
  await unblock(ada, eve);
  for (const person of await seen()) expect(person).toMatchObject({ isOnline: true });
});

test('in groups all stays the same for everybody', async () => {
  const { id } = await engine.services.conversations.create(ada, {
    participantIds: [eve.userId],
    title: 'Group',
  });
  await block(ada, eve);
  await send(eve, id, 'still here');
  const { messages } = await engine.services.messages.list(ada, { conversationId: id, limit: 5 });
  expect(messages.at(-1)).toMatchObject({ senderId: eve.userId, content: 'still here' });
});

test('the list is one’s own, by pages; blocking twice is blocking once', async () => {
  const people = await Promise.all(Array.from({ length: 5 }, (_, n) => parley.person(`p${n}-${newId()}`)));
  for (const person of people) await block(ada, person);
  await block(ada, people[0] ?? eve);
  const ids = people.map(({ userId }) => userId).toSorted();
  const { blocks } = engine.services;
  const first = await blocks.list(ada, { limit: 3 });
  const second = await blocks.list(ada, { limit: 3, after: first.nextAfter ?? '' });
  expect([...first.blocks, ...second.blocks].map(({ user }) => user.id)).toEqual(ids);
  expect([first.nextAfter, second.nextAfter]).toEqual([ids[2], null]);
  expect(await listed(eve)).toEqual([]);
  expect(await failure(blocks.add(ada, { userId: ada.userId }))).toMatch(/^INVALID_INPUT/);
  expect(await failure(blocks.add(ada, { userId: newId() }))).toMatch(/^NOT_FOUND/);
  await blocks.remove(ada, { userId: newId() });
});

test('a block that races sends is decided by the lock: what is stored came before it', async () => {
  for (let round = 0; round < 5; round += 1) {
    const other = await parley.person(`racer-${newId()}`);
    const { id } = await direct(ada, other);
    const sends = Array.from({ length: 20 }, (_, n) =>
      failure(send(n % 2 === 0 ? other : ada, id, `n ${n}`)),
    );
    const blocking = block(ada, other);
    const later = blocking.then(() => Promise.all([failure(send(other, id)), failure(send(ada, id))]));
    const outcomes = await Promise.all(sends);
    expect(await later).toEqual([untold, told]);
    const stored = outcomes.filter((outcome) => outcome === 'it did not fail').length;
    const { messages } = await engine.services.messages.list(ada, { conversationId: id, limit: 100 });
    expect(messages).toHaveLength(stored);
    for (const outcome of outcomes) expect(['it did not fail', told, untold]).toContain(outcome);
  }
});

test('a block that races the making of the direct conversation closes it, or keeps it from being made', async () => {
  for (let round = 0; round < 15; round += 1) {
    const other = await parley.person(`maker-${newId()}`);
    const [made] = await Promise.allSettled([direct(other, ada), block(ada, other)]);
    if (made.status === 'rejected') continue;
    expect(await failure(send(other, made.value.id))).toBe(untold);
  }
});

test('blocks and unblocks at once leave the conversation as the list says', async () => {
  const { id } = await direct(ada, eve);
  for (let round = 0; round < 8; round += 1) {
    await Promise.all([
      block(ada, eve),
      unblock(ada, eve),
      block(eve, ada),
      unblock(eve, ada),
      block(ada, eve),
    ]);
    const closed = (await listed(ada)).length + (await listed(eve)).length > 0;
    const outcome = await failure(send(ada, id));
    expect(outcome === 'it did not fail').toBe(!closed);
  }
});

test('the other device hears of it, also when its hint was lost', async () => {
  await using bus = lossyBus();
  const deaf = await parley.engine({ bus, headCheckMs: 3_600_000 });
  const following = read(await deaf.services.inbox.watch(ada));
  await following.next();
  const isTold = (events: readonly { type: string }[]) => events.some(({ type }) => type === 'blocks');
  await deaf.services.blocks.add(ada, { userId: eve.userId });
  await following.next(isTold);
  bus.lose('u:');
  await deaf.services.blocks.remove(ada, { userId: eve.userId });
  bus.lose(null);
  bus.reconnect();
  expect(isTold(await following.next(isTold))).toBe(true);
  expect(await listed(ada)).toEqual([]);
  following.stop();
});
