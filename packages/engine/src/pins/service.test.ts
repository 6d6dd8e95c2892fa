import { limits, newId, type Viewer } from '@parley/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { type TestParley, testParley } from '../testing/index.ts';

let parley: TestParley;
let engine: Engine;
let ada: Viewer;
let eve: Viewer;
let conversationId: string;

beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine();
});
afterAll(() => parley[Symbol.asyncDispose]());
beforeEach(async () => {
  [ada, eve] = [await parley.person(`ada-${newId()}`), await parley.person(`eve-${newId()}`)];
  const created = await engine.services.conversations.create(ada, {
    participantIds: [eve.userId],
    title: 'Group',
  });
  conversationId = created.id;
});

const refused = (code: string) => expect.objectContaining({ name: 'ParleyError', code });
const send = async (viewer: Viewer, content = 'hello') =>
  (await engine.services.messages.send(viewer, { conversationId, content })).id;
const pinned = async (viewer: Viewer) =>
  (await engine.services.pins.list(viewer, { conversationId })).messages.map(({ id }) => id);

test('a pin takes one seq, stands on the message, and is listed with the latest first', async () => {
  const { pins, messages } = engine.services;
  const [first, second] = [await send(eve), await send(ada)];
  const { seq, pinned: mark } = await pins.add(ada, { messageId: first });
  expect(mark).toEqual({ at: expect.any(String), by: ada.userId });
  expect((await pins.add(ada, { messageId: first })).seq).toBe(seq);
  expect((await pins.add(ada, { messageId: second })).seq).toBe(seq + 1);
  expect(await pinned(eve)).toEqual([second, first]);
  expect(await messages.edit(eve, { messageId: first, content: 'changed' })).toMatchObject({ pinned: mark });
  const off = await pins.remove(ada, { messageId: second });
  expect(off).not.toHaveProperty('pinned');
  expect((await pins.remove(ada, { messageId: second })).seq).toBe(off.seq);
  expect(await pinned(eve)).toEqual([first]);
  // What is deleted is pinned no more, and cannot be pinned.
  expect(await messages.delete(eve, { messageId: first })).not.toHaveProperty('pinned');
  expect(await pinned(eve)).toEqual([]);
  await expect(pins.add(ada, { messageId: first })).rejects.toEqual(refused('CONFLICT'));
});

test('beside a reaction each stays what it is', async () => {
  const { pins, reactions } = engine.services;
  const messageId = await send(eve);
  await reactions.add(eve, { messageId, emoji: '👍' });
  expect(await pins.add(ada, { messageId })).toMatchObject({ reactions: [{ emoji: '👍' }] });
  expect(await reactions.remove(eve, { messageId, emoji: '👍' })).toMatchObject({
    pinned: { by: ada.userId },
  });
  expect(await pins.remove(ada, { messageId })).not.toHaveProperty('pinned');
});

test('who may, and how many', { timeout: 60_000 }, async () => {
  const { pins, messages, conversations, blocks } = engine.services;
  const messageId = await send(eve);
  await expect(pins.add(eve, { messageId })).rejects.toEqual(refused('FORBIDDEN'));
  for (let n = 0; n < limits.pins; n += 1) await pins.add(ada, { messageId: await send(ada, `${n}`) });
  await expect(pins.add(ada, { messageId })).rejects.toEqual(refused('CONFLICT'));
  const [latest = ''] = await pinned(ada);
  await pins.remove(ada, { messageId: latest });
  await pins.add(ada, { messageId });
  const { messages: page } = await messages.list(ada, { conversationId, limit: 100 });
  const notice = page.find(({ messageType }) => messageType === 'system');
  if (notice === undefined) throw new Error('there is no notice');
  const onNotice = { conversationId, messageId: notice.id };
  await pins.remove(ada, { messageId });
  await expect(pins.add(ada, onNotice)).rejects.toEqual(refused('FORBIDDEN'));

  const direct = await conversations.create(ada, { participantIds: [eve.userId] });
  const sent = await messages.send(ada, { conversationId: direct.id, content: 'between two' });
  await pins.add(eve, { messageId: sent.id });
  await blocks.add(ada, { userId: eve.userId });
  await expect(pins.remove(eve, { messageId: sent.id })).rejects.toEqual(refused('FORBIDDEN'));
});

test('of what was before one joined nothing is listed', async () => {
  const { pins, conversations } = engine.services;
  const messageId = await send(ada);
  await pins.add(ada, { messageId });
  await parley.db
    .updateTable('conversations')
    .set({ history: 'from-joining' })
    .where('id', '=', conversationId)
    .execute();
  const late = await parley.person(`late-${newId()}`);
  await conversations.addMembers(ada, { conversationId, userIds: [late.userId] });
  expect(await pinned(late)).toEqual([]);
  const next = await send(ada);
  await pins.add(ada, { messageId: next });
  expect(await pinned(late)).toEqual([next]);
  expect(await pinned(eve)).toEqual([next, messageId]);
});
