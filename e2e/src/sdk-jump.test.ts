import { appendMessages, testParley } from '@parley/engine/testing';
import { createClient } from '@parley/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBalancer } from './balancer.ts';
import { startServerProcess, testRedisUrl } from './server-process.ts';
import { until } from './until.ts';
import { signUp } from './sign-up.ts';

const resources = new AsyncDisposableStack();
const stored = 1_000;

let parley: Awaited<ReturnType<typeof testParley>>;
let balancer: Awaited<ReturnType<typeof startBalancer>>;
let port: number;

beforeAll(async () => {
  parley = resources.use(await testParley());
  balancer = resources.use(await startBalancer());
  const server = resources.use(
    await startServerProcess({
      databaseUrl: parley.connectionString,
      redisUrl: testRedisUrl(),
      env: { CORS_ORIGIN: balancer.url },
    }),
  );
  port = server.port;
  balancer.route([port]);
});
afterAll(() => resources.disposeAsync());

test('somebody jumps into the past, stays up to date there through a lost connection, and reads on to the end', async () => {
  const [ada, grace] = ['ada', 'grace'].map(() => resources.use(createClient({ url: balancer.url })));
  if (ada === undefined || grace === undefined) throw new Error('there are two clients');
  await signUp(parley, ada, 'ada');
  const { id: graceId } = await signUp(parley, grace, 'grace');
  const { id: conversationId } = await ada.conversations.create({
    participantIds: [graceId],
    title: 'A long story',
  });
  await appendMessages(parley.db, [conversationId], stored, stored);
  const { messages: old } = await grace.messages.list({ conversationId, around: 300, limit: 3 });
  const list = grace.messages.open(conversationId);
  await until(list, ({ status, messages }) => status === 'ready' && messages.length > 0);
  const latest = list.getSnapshot().messages;

  await list.jumpTo(300);
  const there = list.getSnapshot();
  expect(there.messages.map(({ position }) => position)).toContain(300);
  expect(there).toMatchObject({ hasOlder: true, hasNewer: true, outgoing: [] });
  const at = there.messages.find(({ position }) => position === 300);
  expect(at?.id).toBe(old.find(({ position }) => position === 300)?.id);

  const [earlier, later] = [-1, 1].map((ms) => new Date(Date.parse(at?.createdAt ?? '') + ms));
  if (earlier === undefined || later === undefined) throw new Error('there are two times');
  expect(await grace.messages.positionAt(conversationId, earlier)).toBeLessThanOrEqual(300);
  expect(await grace.messages.positionAt(conversationId, later)).toBeGreaterThan(300);
  expect(await grace.messages.positionAt(conversationId, new Date(Date.now() + 60_000))).toBeNull();

  balancer.route([]);
  balancer.cut();
  await until(grace.connection, ({ status }) => status !== 'online');
  const edited = await parley.db
    .selectFrom('messages')
    .select(['id', 'sender_id'])
    .where('conversation_id', '=', conversationId)
    .where('position', '=', 300)
    .executeTakeFirstOrThrow();
  const engine = await parley.engine();
  const writer = { userId: edited.sender_id, sessionId: edited.sender_id };
  await engine.services.messages.edit(writer, { messageId: edited.id, content: 'told otherwise' });
  balancer.route([port]);
  await until(list, ({ messages }) => messages.some(({ content }) => content === 'told otherwise'));

  await list.loadOlder();
  expect(list.getSnapshot().messages[0]?.position).toBeLessThan(there.messages[0]?.position ?? 0);
  await list.loadNewer();
  expect(list.getSnapshot().hasNewer).toBe(true);
  list.jumpToLatest();
  expect(list.getSnapshot().messages.slice(-latest.length)).toEqual(latest);
  expect(list.getSnapshot().hasNewer).toBe(false);

  await list.jumpTo(stored - 120);
  for (let pages = 0; list.getSnapshot().hasNewer && pages < 10; pages += 1) await list.loadNewer();
  expect(list.getSnapshot().messages.at(-1)?.id).toBe(latest.at(-1)?.id);
  const said = await ada.messages.send({ conversationId, content: 'and so it ends' });
  const { messages } = await until(list, (now) => now.messages.at(-1)?.id === said.id);
  expect(messages.map(({ position }) => position)).toEqual(
    messages.map((_, index) => (messages[0]?.position ?? 0) + index),
  );
  list.keepLatest(50);
  expect(list.getSnapshot().messages).toEqual(messages.slice(-50));
  expect(list.getSnapshot().hasOlder).toBe(true);

  // What is answered is shown as it is now, whether it is held or lies a thousand messages back.
  const [near, far] = await Promise.all(
    [said.id, edited.id].map((replyTo) => ada.messages.send({ conversationId, content: 'as said', replyTo })),
  );
  if (near === undefined || far === undefined) throw new Error('there are two answers');
  expect(await grace.messages.quoted(near)).toMatchObject({ id: said.id, content: 'and so it ends' });
  expect(await grace.messages.quoted(far)).toMatchObject({ id: edited.id, content: 'told otherwise' });
  expect(await grace.messages.quoted(said)).toBeNull();
  await ada.messages.edit({ messageId: said.id, content: 'or so it seems' });
  await until(list, (now) => now.messages.some(({ content }) => content === 'or so it seems'));
  expect(await grace.messages.quoted(near)).toMatchObject({ content: 'or so it seems' });
});
