import { newId, type Viewer } from '@parley/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { read, type TestParley, testParley } from '../testing/index.ts';

let parley: TestParley;
let engine: Engine;
let ada: Viewer;
let grace: Viewer;
let conversationId: string;

beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine();
  [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
});
afterAll(() => parley[Symbol.asyncDispose]());
beforeEach(async () => {
  const input = { participantIds: [grace.userId], title: 'Room' };
  conversationId = (await engine.services.conversations.create(ada, input)).id;
});

const send = (viewer: Viewer, content: string, replyTo?: string) =>
  engine.services.messages.send(viewer, {
    conversationId,
    content,
    ...(replyTo !== undefined && { replyTo }),
  });

test('a reply says what it answers, to whoever reads it, wherever it is read', async () => {
  const asked = await send(ada, 'Who comes?');
  const stream = await engine.services.messages.watch(grace, { conversationId });
  const events = read(stream);
  await events.next();
  const reply = await send(grace, 'I do', asked.id);
  const replyTo = { messageId: asked.id, position: asked.position, senderId: ada.userId };
  expect(reply).toMatchObject({ position: asked.position + 1, ordinal: asked.ordinal + 1, replyTo });
  expect(asked).not.toHaveProperty('replyTo');
  expect(await engine.services.messages.get(ada, { messageId: reply.id })).toMatchObject({ replyTo });
  const page = await engine.services.messages.list(ada, { conversationId, limit: 1 });
  expect(page.messages).toMatchObject([{ id: reply.id, replyTo }]);
  const [, live] = await events.next();
  expect(live).toMatchObject({ type: 'changes', rows: [{ message: { id: reply.id, replyTo } }] });
  events.stop();
  const edited = await engine.services.messages.edit(grace, { messageId: reply.id, content: 'Not I' });
  expect(edited).toMatchObject({ content: 'Not I', replyTo });
});

test('I8 replies count as unread as other messages do, and move the read position of their sender', async () => {
  const asked = await send(ada, 'Who comes?');
  await send(ada, 'And why?', asked.id);
  const unreadOf = async (viewer: Viewer) =>
    (await engine.services.conversations.get(viewer, { conversationId })).unread;
  expect([await unreadOf(ada), await unreadOf(grace)]).toEqual([0, 2]);
  await send(grace, 'I do', asked.id);
  expect([await unreadOf(ada), await unreadOf(grace)]).toEqual([1, 2]);
  await engine.services.messages.markRead(grace, { conversationId });
  await send(grace, 'Again', asked.id);
  expect([await unreadOf(ada), await unreadOf(grace)]).toEqual([2, 0]);
});

test('I3 a repeated reply is the same message; the same id without what it answers is another one', async () => {
  const [asked, another] = [await send(ada, 'One?'), await send(ada, 'Two?')];
  const input = { conversationId, content: 'Yes', id: newId(), replyTo: asked.id };
  const reply = await engine.services.messages.send(grace, input);
  await engine.services.messages.edit(grace, { messageId: reply.id, content: 'No' });
  const again = await engine.services.messages.send(grace, input);
  expect(again).toMatchObject({ position: reply.position, content: 'No', replyTo: reply.replyTo });
  const { replyTo: _left, ...plain } = input;
  for (const other of [plain, { ...input, replyTo: another.id }, { ...input, content: 'yes' }]) {
    await expect(engine.services.messages.send(grace, other)).rejects.toMatchObject({ code: 'CONFLICT' });
  }
  await engine.services.conversations.leave(grace, { conversationId });
  expect(await engine.services.messages.send(grace, input)).toMatchObject({ position: reply.position });
  await expect(send(grace, 'Late', asked.id)).rejects.toMatchObject({ code: 'NOT_MEMBER' });
});

test('many replies and messages at once keep positions without a hole, and arrive in order', async () => {
  const asked = await send(ada, 'Who?');
  const sends = Array.from({ length: 30 }, (_, n) =>
    send(n % 2 === 0 ? ada : grace, `${n}`, n % 3 === 0 ? asked.id : undefined),
  );
  const stored = await Promise.all(sends);
  expect(stored.map(({ position }) => position)).toEqual(stored.map((_, n) => asked.position + 1 + n));
  const lone = await engine.services.conversations.get(ada, { conversationId });
  expect(lone.read.lastOrdinal).toBe(31);
});

test('bad input: what is not there, is deleted, is a notice or lies before one joined cannot be answered', async () => {
  const { messages, conversations } = engine.services;
  const [{ messages: notices }, gone] = [
    await messages.list(ada, { conversationId, limit: 1 }),
    await send(ada, 'Soon gone'),
  ];
  await messages.delete(ada, { messageId: gone.id });
  const elsewhere = await conversations.create(ada, { participantIds: [grace.userId], title: 'Elsewhere' });
  const other = await messages.send(ada, { conversationId: elsewhere.id, content: 'there' });
  for (const id of [newId(), gone.id, notices[0]?.id, other.id]) {
    await expect(send(ada, 'To that', id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  const late = await conversations.create(ada, {
    participantIds: [grace.userId],
    title: 'From joining',
    history: 'from-joining',
  });
  const before = await messages.send(ada, { conversationId: late.id, content: 'before' });
  const mary = await parley.person('mary');
  await conversations.addMembers(ada, { conversationId: late.id, userIds: [mary.userId] });
  const reply = { conversationId: late.id, content: 'I cannot see that', replyTo: before.id };
  await expect(messages.send(mary, reply)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(messages.send(grace, reply)).resolves.toMatchObject({
    replyTo: { position: before.position },
  });
});

test('a deleted reply keeps its place and nothing else; what it answered may go before it', async () => {
  const asked = await send(ada, 'Who?');
  const reply = await send(grace, 'I', asked.id);
  await engine.services.messages.delete(ada, { messageId: asked.id });
  expect(await engine.services.messages.get(ada, { messageId: reply.id })).toHaveProperty('replyTo');
  const deleted = await engine.services.messages.delete(grace, { messageId: reply.id });
  expect(deleted).toMatchObject({ position: reply.position, content: '' });
  expect(deleted).not.toHaveProperty('replyTo');
});
