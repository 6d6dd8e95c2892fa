import { limits, newId } from '@parley/contract';
import type { TestParley } from '@parley/engine/testing';
import { createClient, memoryPersistence, type ParleyClient } from '@parley/sdk';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { runDocumented } from './documented.ts';
import { startBalancer } from './balancer.ts';
import { memoryStorage } from './memory-storage.ts';
import { type Answer, RestCaller } from './rest/rest-caller.ts';
import type { ServerProcess } from './server-process.ts';
import { startTwoServers } from './two-servers.ts';
import { until } from './until.ts';

const resources = new AsyncDisposableStack();
let parley: TestParley;
let servers: [ServerProcess, ServerProcess];
beforeAll(async () => {
  ({ parley, servers } = resources.use(await startTwoServers()));
});
afterAll(() => resources.disposeAsync());

let people = 0;

interface Somebody {
  readonly id: string;
  readonly token: string;
  /** A device of theirs at an address. */
  device(url: string, options?: Partial<Parameters<typeof createClient>[0]>): ParleyClient;
}

/** Somebody new, whose devices are signed in. */
async function somebody(name: string): Promise<Somebody> {
  const username = `${name}-${(people += 1)}`;
  const { userId: id, accessToken } = await parley.person(username);
  const lifeMs = 3_600_000;
  const user = { id, username, email: `${username}@example.com` };
  const record = { user, accessToken, refreshToken: '', expiresAt: Date.now() + lifeMs, lifeMs };
  return {
    id,
    token: accessToken,
    device(url, options = {}) {
      const storage = memoryStorage(new Map([[`parley.session:${url}/trpc`, JSON.stringify(record)]]));
      const client = createClient({ url, storage, ...options });
      onTestFinished(() => client.close());
      return client;
    },
  };
}

/** Calls the REST API as somebody. */
function rest(who: Somebody, method: string, path: string, body?: object): Promise<Answer> {
  const caller = new RestCaller(servers[1].url);
  caller.token = who.token;
  return caller.call(method, path, body);
}

const total = (client: ParleyClient, count: number) =>
  until(client.mentions.unread, (now) => now.status === 'ready' && now.total === count);

/** The numbers of a client that has just come, and those of the server. */
async function fresh(who: Somebody) {
  const device = who.device(servers[0].url);
  const { conversations } = await until(device.mentions.unread, ({ status }) => status === 'ready');
  const counted = device.mentions.unread.getSnapshot();
  const { body } = await rest(who, 'GET', '/mentions/unread');
  expect(body).toMatchObject({ total: counted.total, more: counted.more });
  device.close();
  return [...conversations];
}

test('who is away is mentioned, and reads on another device; back on another server, all are the same', async () => {
  const balancer = await startBalancer();
  onTestFinished(() => balancer[Symbol.asyncDispose]());
  balancer.route([servers[0].port]);
  const [ada, grace] = [await somebody('ada'), await somebody('grace')];
  const writer = ada.device(servers[1].url);
  const [phone, desk] = [grace.device(balancer.url), grace.device(servers[1].url)];
  const group = { participantIds: [grace.id], title: 'Room' };
  const { id: conversationId } = await writer.conversations.create(group);
  const { id: otherId } = await writer.conversations.create({ ...group, title: 'Other' });
  const mention = (content: string, to = conversationId) =>
    writer.messages.send({ conversationId: to, content, mentions: [grace.id] });
  await until(phone.messages.open(conversationId), ({ status }) => status === 'ready');
  const first = await mention('one @grace');
  await mention('elsewhere', otherId);
  await Promise.all([total(phone, 2), total(desk, 2)]);

  balancer.route([]);
  balancer.cut();
  await until(phone.connection, ({ status }) => status === 'offline');
  const wrong = await mention('not @grace');
  await writer.messages.edit({ messageId: wrong.id, content: 'not her', mentions: [] });
  const gone = await mention('deleted');
  await writer.messages.delete({ messageId: gone.id });
  const plain = await writer.messages.send({ conversationId, content: 'hello' });
  await desk.messages.markRead({ conversationId, position: plain.position });
  await writer.messages.edit({ messageId: plain.id, content: 'hello @grace', mentions: [grace.id] });
  await writer.messages.send({ conversationId, content: '@all', mentionsAll: true });
  const later = await writer.messages.send({ conversationId, content: 'later' });
  await writer.messages.edit({ messageId: later.id, content: 'later @grace', mentions: [grace.id] });
  await total(desk, 3);
  expect(phone.mentions.unread.getSnapshot().total).toBe(2);

  balancer.route([servers[1].port]);
  phone.connection.retryNow();
  await total(phone, 3);
  const numbers = [...phone.mentions.unread.getSnapshot().conversations];
  expect(new Map(numbers)).toEqual(
    new Map([
      [conversationId, { count: 2, more: false }],
      [otherId, { count: 1, more: false }],
    ]),
  );
  expect(new Map(await fresh(grace))).toEqual(new Map(numbers));
  const { messages } = await phone.mentions.list();
  expect(messages.map(({ content, isRead }) => [content, isRead])).toEqual([
    ['later @grace', false],
    ['@all', false],
    ['hello @grace', true],
    ['elsewhere', false],
    ['one @grace', true],
  ]);
  const shown = await until(phone.messages.open(conversationId), ({ messages: rows }) =>
    rows.some(({ mentionsAll }) => mentionsAll === true),
  );
  expect(shown.messages.find(({ id }) => id === first.id)?.mentions).toEqual([grace.id]);

  await phone.messages.markRead({ conversationId });
  await Promise.all([total(phone, 1), total(desk, 1)]);
  expect(await fresh(grace)).toEqual([[otherId, { count: 1, more: false }]]);
  // Whoever is not in a conversation any more is mentioned nowhere in it.
  await desk.conversations.leave({ conversationId: otherId });
  await Promise.all([total(phone, 0), total(desk, 0)]);
});

test('what was written by people one has blocked is not counted, on every device, until the block is taken back', async () => {
  const [ada, grace] = [await somebody('ada'), await somebody('grace')];
  const writer = ada.device(servers[0].url);
  const [phone, desk] = [grace.device(servers[0].url), grace.device(servers[1].url)];
  const { id: conversationId } = await writer.conversations.create({
    ...{ participantIds: [grace.id], title: 'Room' },
  });
  const mention = () => writer.messages.send({ conversationId, content: 'you', mentions: [grace.id] });
  await Promise.all([total(phone, 0), total(desk, 0)]);
  await mention();
  await Promise.all([total(phone, 1), total(desk, 1)]);
  await desk.blocks.add({ userId: ada.id });
  await Promise.all([total(phone, 0), total(desk, 0)]);
  await mention();
  expect(await fresh(grace)).toEqual([]);
  expect((await phone.mentions.list()).messages).toEqual([]);
  await phone.blocks.remove({ userId: ada.id });
  await Promise.all([total(phone, 2), total(desk, 2)]);
});

test('a message that mentions somebody waits in the outbox over a restart of the app', async () => {
  const balancer = await startBalancer();
  onTestFinished(() => balancer[Symbol.asyncDispose]());
  const [ada, grace] = [await somebody('ada'), await somebody('grace')];
  const { id: conversationId } = await ada.device(servers[0].url).conversations.create({
    ...{ participantIds: [grace.id], title: 'Room' },
  });
  const reader = grace.device(servers[1].url);
  await total(reader, 0);
  const persistence = memoryPersistence();
  balancer.route([]);
  const closed = ada.device(balancer.url, { persistence });
  const left = closed.messages.send({ conversationId, content: 'you', mentions: [grace.id] });
  left.catch(() => {});
  await expect.poll(() => persistence.entries('')).not.toEqual([]);
  closed.close();
  await expect(left).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  const again = ada.device(balancer.url, { persistence });
  const { outgoing } = await until(again.messages.open(conversationId), (now) => now.outgoing.length > 0);
  expect(outgoing).toMatchObject([{ content: 'you', extras: { mentions: [grace.id] } }]);
  balancer.route([servers[0].port]);
  again.connection.retryNow();
  await total(reader, 1);
});

test('over REST: sending, listing and counting, and what is refused', async () => {
  const [ada, grace, eve] = [await somebody('ada'), await somebody('grace'), await somebody('eve')];
  const made = await rest(ada, 'POST', '/conversations', { participantIds: [grace.id], title: 'Room' });
  const conversationId: string = made.body.id;
  const path = '/messages';
  const said = { conversationId, content: 'hello' };
  const sent = await rest(ada, 'POST', path, { ...said, mentions: [grace.id, grace.id] });
  expect(sent).toMatchObject({ status: 201, body: { mentions: [grace.id] } });
  const listed = await rest(grace, 'GET', '/mentions?limit=1');
  expect(listed).toMatchObject({ status: 200, body: { messages: [{ id: sent.body.id }], nextCursor: null } });
  const { position } = sent.body;
  const mentions = { latest: [{ position, senderId: ada.id }], more: false };
  expect((await rest(grace, 'GET', `/conversations/${conversationId}`)).body.mentions).toEqual(mentions);
  expect((await rest(grace, 'GET', '/conversations')).body.conversations).toMatchObject([{ mentions }]);
  expect((await rest(grace, 'GET', '/mentions/unread')).body).toEqual({
    ...{ total: 1, more: false },
    conversations: [{ conversationId, count: 1, more: false }],
  });
  const many = Array.from({ length: limits.mentionsPerMessage + 1 }, () => newId());
  const refused = [
    [ada, { ...said, mentions: [eve.id] }, 400, 'INVALID_INPUT'],
    [ada, { ...said, mentions: many }, 400, 'INVALID_INPUT'],
    [ada, { ...said, mentions: ['ada'] }, 400, 'INVALID_INPUT'],
    [grace, { ...said, mentionsAll: true }, 403, 'FORBIDDEN'],
    [eve, { ...said, mentions: [eve.id] }, 404, 'NOT_MEMBER'],
  ] as const;
  for (const [who, body, status, code] of refused) {
    expect(await rest(who, 'POST', path, body)).toMatchObject({ status, body: { code } });
  }
  const edited = await rest(ada, 'PUT', `/messages/${sent.body.id}`, { content: 'hello', mentions: [] });
  expect(edited.body).not.toHaveProperty('mentions');
  expect((await rest(grace, 'GET', '/mentions')).body.messages).toEqual([]);
});

test('the code about mentions in docs/features.md runs as it stands', async () => {
  const stdout = await runDocumented('mentions', servers[1].url);
  expect(stdout).toBe('**@all**: we begin\nIs **@jean** here?\nunread: 0\n');
});
