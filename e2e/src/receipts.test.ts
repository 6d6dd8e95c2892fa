import { limits, type Receipt } from '@parley/contract';
import type { TestParley } from '@parley/engine/testing';
import { createClient, type ParleyClient, type ReceiptsSnapshot } from '@parley/sdk';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { runDocumented } from './documented.ts';
import { startBalancer } from './balancer.ts';
import { readReceipts } from './chaos/receipts-truth.ts';
import { memoryStorage } from './memory-storage.ts';
import { ForbiddenWebSocket } from './no-websocket.ts';
import { RestCaller } from './rest/rest-caller.ts';
import type { ServerProcess } from './server-process.ts';
import { startTwoServers } from './two-servers.ts';
import { until } from './until.ts';

const resources = new AsyncDisposableStack();
let parley: TestParley;
let pool: pg.Pool;
let servers: [ServerProcess, ServerProcess];
let people = 0;
beforeAll(async () => {
  ({ parley, servers } = resources.use(await startTwoServers()));
  pool = new pg.Pool({ connectionString: parley.connectionString, max: 1 });
  resources.defer(() => pool.end());
});
afterAll(() => resources.disposeAsync());

interface Somebody {
  readonly client: ParleyClient;
  readonly id: string;
  readonly token: string;
}

/** Somebody new, signed in and looking at their conversations. */
async function somebody(url: string, options: { WebSocket?: typeof WebSocket } = {}): Promise<Somebody> {
  const username = `somebody-${(people += 1)}`;
  const { userId: id, accessToken } = await parley.person(username);
  const lifeMs = 3_600_000;
  const user = { id, username, email: `${username}@example.com` };
  const record = { user, accessToken, refreshToken: '', expiresAt: Date.now() + lifeMs, lifeMs };
  const storage = memoryStorage(new Map([[`parley.session:${url}/trpc`, JSON.stringify(record)]]));
  const client = createClient({ url, storage, ...options });
  onTestFinished(() => client.close());
  await until(client.conversations.list, ({ status }) => status === 'ready');
  return { client, id, token: accessToken };
}

async function room(first: Somebody, ...others: Somebody[]): Promise<string> {
  const participantIds = others.map(({ id }) => id);
  return (await first.client.conversations.create({ participantIds, title: 'Room' })).id;
}

const of = ({ receipts }: ReceiptsSnapshot, { id }: Somebody): Partial<Receipt> => receipts.get(id) ?? {};

test('what reaches others, and what they read, is seen on another server, and after a reconnect what was missed', async () => {
  const balancer = resources.use(await startBalancer());
  balancer.route([servers[0].port]);
  const ada = await somebody(balancer.url);
  const [grace, alan] = [await somebody(servers[1].url), await somebody(servers[1].url)];
  const conversationId = await room(ada, grace, alan);
  const store = ada.client.receipts.open(conversationId);
  await until(store, ({ status }) => status === 'ready');

  const sent = await ada.client.messages.send({ conversationId, content: 'hello' });
  expect(store.receiptOf(sent)).toEqual({ state: 'sent', members: 2, delivered: 0, read: 0 });
  // Their clients say by themselves that it has come.
  await until(store, () => store.receiptOf(sent).delivered === 2);
  expect(store.receiptOf(sent)).toMatchObject({ state: 'delivered', read: 0 });
  await grace.client.messages.markRead({ conversationId, position: sent.position });
  await until(store, () => store.receiptOf(sent).read === 1);
  expect(store.receiptOf(sent).state).toBe('read');
  expect(await ada.client.receipts.of({ messageId: sent.id, state: 'read' })).toMatchObject({
    ...{ members: 2, delivered: 2, read: 1, nextAfter: null },
    people: [{ userId: grace.id, state: 'read' }],
  });

  // Cut off, and back on the other server.
  balancer.route([]);
  balancer.cut();
  await until(ada.client.connection, ({ status }) => status === 'offline');
  const answer = await grace.client.messages.send({ conversationId, content: 'missed' });
  await alan.client.messages.markRead({ conversationId });
  const eve = await somebody(servers[1].url);
  balancer.route([servers[1].port]);
  await until(ada.client.connection, ({ status }) => status === 'online');
  await until(store, (now) => of(now, alan).readPosition === answer.position);
  await ada.client.conversations.addMembers({ conversationId, userIds: [eve.id] });
  await until(store, ({ receipts }) => receipts.has(eve.id));
  const last = await ada.client.messages.send({ conversationId, content: 'welcome' });
  await until(store, () => store.receiptOf(last).delivered === 3);
  // Who came after a message is not counted for it.
  expect(store.receiptOf(sent).members).toBe(2);

  // In the end everybody's client shows what is stored, and what one is given that asks for it.
  for (const reader of [grace, alan, eve]) await reader.client.messages.markRead({ conversationId });
  for (const viewer of [ada, grace, eve]) {
    const open = viewer.client.receipts.open(conversationId);
    const truth = await readReceipts(pool, conversationId, viewer.id);
    await until(open, ({ receipts }) => JSON.stringify(sorted(receipts)) === JSON.stringify(sorted(truth)));
    const { receipts } = await viewer.client.receipts.list({ conversationId });
    expect(receipts).toEqual([...truth.values()]);
  }
});

const sorted = (receipts: ReadonlyMap<string, Receipt>) =>
  [...receipts.values()]
    .map(({ userId, joinedPosition, deliveredPosition, readPosition }) =>
      [userId, joinedPosition, deliveredPosition, readPosition].join(),
    )
    .toSorted();

test('who keeps receipts to themselves is gone at once for others on any server, and sees none', async () => {
  const [ada, grace] = [await somebody(servers[0].url), await somebody(servers[1].url)];
  const alan = await somebody(servers[1].url, { WebSocket: ForbiddenWebSocket });
  const conversationId = await room(ada, grace, alan);
  const sent = await ada.client.messages.send({ conversationId, content: 'hello' });
  await grace.client.messages.markRead({ conversationId });
  const [adas, graces, alans] = [ada, grace, alan].map(({ client }) => client.receipts.open(conversationId));
  if (adas === undefined || graces === undefined || alans === undefined) throw new Error('there are three');
  await until(adas, (now) => of(now, grace).readPosition === sent.position);
  await until(graces, ({ receipts }) => receipts.has(ada.id));
  // Without a WebSocket, too.
  await until(alans, ({ receipts }) => receipts.has(grace.id));
  await grace.client.auth.updateProfile({ readReceipts: 'nobody' });
  await Promise.all([
    until(adas, ({ receipts }) => !receipts.has(grace.id)),
    until(alans, ({ receipts }) => !receipts.has(grace.id)),
    until(graces, ({ receipts }) => receipts.size === 0),
  ]);
  const { isRead } = await ada.client.messages.list({ conversationId, limit: 1 }).then(({ messages }) => {
    const [message] = messages;
    if (message === undefined) throw new Error('there is a message');
    return message;
  });
  expect(isRead).toBe(false);
  await grace.client.auth.updateProfile({ readReceipts: 'everybody' });
  await until(adas, (now) => of(now, grace).readPosition === sent.position);
  await until(graces, ({ receipts }) => receipts.has(ada.id));
});

test('everything is there over REST, and what is too much is refused', async () => {
  const [ada, grace] = [await somebody(servers[0].url), await somebody(servers[1].url)];
  const conversationId = await room(ada, grace);
  const rest = new RestCaller(servers[1].url);
  rest.token = ada.token;
  const { id, position } = await rest.expectStatus(201, 'POST', '/messages', {
    conversationId,
    content: 'hello',
  });
  rest.token = grace.token;
  const marks = [{ conversationId, position }];
  expect(await rest.expectStatus(200, 'PUT', '/receipts/delivered', { marks })).toEqual({ waits: [] });
  await rest.expectStatus(200, 'PUT', '/auth/profile', { readReceipts: 'everybody' });
  rest.token = ada.token;
  expect(await rest.expectStatus(200, 'GET', `/messages/${id}/receipts?limit=1`)).toMatchObject({
    ...{ conversationId, messageId: id, position, members: 1, delivered: 1, read: 0, nextAfter: null },
    people: [{ userId: grace.id, state: 'delivered' }],
  });
  expect(await rest.expectStatus(200, 'GET', `/conversations/${conversationId}/receipts`)).toMatchObject({
    receipts: [{ userId: grace.id, joinedPosition: 0, deliveredPosition: position, readPosition: 0 }],
  });
  const refused = async (...args: Parameters<RestCaller['call']>) =>
    expect(await rest.expectStatus(400, ...args)).toMatchObject({ code: 'INVALID_INPUT' });
  await refused('PUT', '/receipts/delivered', { marks: [] });
  await refused('PUT', '/receipts/delivered', {
    marks: Array.from({ length: limits.deliveredMarks + 1 }, () => marks[0]),
  });
  for (const wrong of [-1, 1.5, 'x', null])
    await refused('PUT', '/receipts/delivered', { marks: [{ conversationId, position: wrong }] });
  await refused('GET', `/messages/${id}/receipts?limit=${limits.pageRows + 1}`);
  await refused('GET', `/messages/${id}/receipts?state=seen`);
  await refused('GET', `/conversations/${conversationId}/receipts?after=nobody`);
  await refused('PUT', '/auth/profile', { readReceipts: 'some' });
  // More than can be followed.
  const many: string[] = [];
  for (let n = 0; n < limits.receiptsWatched - 1; n += 1)
    many.push((await parley.person(`many-${n}`)).userId);
  await ada.client.conversations.addMembers({ conversationId, userIds: many });
  const events = `/conversations/${conversationId}/receipts/events`;
  expect(await rest.expectStatus(409, 'GET', events)).toMatchObject({ code: 'CONFLICT' });
  const store = ada.client.receipts.open(conversationId);
  await until(store, ({ status }) => status === 'too-many');
  expect(await rest.expectStatus(200, 'GET', `/messages/${id}/receipts`)).toMatchObject({ delivered: 1 });
});

test('the code about receipts in docs/features.md runs as it stands', async () => {
  const stdout = await runDocumented('receipts', servers[1].url);
  expect(stdout).toBe('sent\ndelivered\nread by 1 of 1\nmary has read it\n');
});
