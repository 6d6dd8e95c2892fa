import type { TestParley } from '@parley/engine/testing';
import { type ClientOptions, createClient, memoryPersistence, type ParleyClient } from '@parley/sdk';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { runDocumented } from './documented.ts';
import { memoryStorage } from './memory-storage.ts';
import { RestCaller } from './rest/rest-caller.ts';
import type { ServerProcess } from './server-process.ts';
import { startTwoServers } from './two-servers.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { until } from './until.ts';
import { password, signUp } from './sign-up.ts';

const resources = new AsyncDisposableStack();
let parley: TestParley;
let servers: [ServerProcess, ServerProcess];
beforeAll(async () => {
  ({ parley, servers } = resources.use(await startTwoServers()));
});
afterAll(() => resources.disposeAsync());

let people = 0;

interface Person {
  readonly client: ParleyClient;
  readonly id: string;
  readonly email: string;
}

async function somebody(options: ClientOptions): Promise<Person> {
  const client = createClient(options);
  onTestFinished(() => client.close());
  people += 1;
  const [username, email] = [`person${people}`, `person${people}@example.com`];
  const { id } = await signUp(parley, client, username);
  return { client, id, email };
}

/** Somebody behind a line that can be cut, somebody on another server, and their room. */
async function two(options: Partial<ClientOptions> = {}) {
  const line = await startTcpProxy(Number(new URL(servers[1].url).port));
  onTestFinished(() => line[Symbol.asyncDispose]());
  const url = `http://127.0.0.1:${line.port}`;
  const [ada, grace] = [await somebody({ url: servers[0].url }), await somebody({ url, ...options })];
  const { id: conversationId } = await ada.client.conversations.create({
    participantIds: [grace.id],
    title: 'Room',
  });
  return { ada, grace, line, url, conversationId };
}

function cut(line: TcpProxy): void {
  line.blackhole(true);
  line.reset();
}

function mend(line: TcpProxy, { client }: Person): void {
  line.blackhole(false);
  line.reset();
  client.connection.retryNow();
}

const contents = (rows: readonly { readonly content: string }[]) => rows.map(({ content }) => content);

test('a thread, its unread number and what it hangs on are the same on both sides of a cut, and as a fresh client has them', async () => {
  const { ada, grace, line, conversationId, url } = await two();
  const root = await ada.client.messages.send({ conversationId, content: 'What about threads?' });
  const ref = { conversationId, rootId: root.id };
  const [adasThread, gracesThread] = [ada.client.threads.open(ref), grace.client.threads.open(ref)];
  const gracesList = grace.client.messages.open(conversationId);
  await until(gracesThread, ({ status }) => status === 'ready');
  const reply = (client: ParleyClient, content: string) =>
    client.messages.send({ conversationId, content, thread: root.id });

  await reply(grace.client, 'one');
  const heard = await until(adasThread, ({ replies, state }) => replies.length === 1 && state?.unread === 1);
  expect(heard.root?.replies).toMatchObject({ count: 1, userIds: [grace.id] });
  await until(gracesList, ({ messages }) => messages.some(({ replies }) => replies?.count === 1));
  // Replies stand in the thread only, and are no news of the conversation.
  expect(gracesList.getSnapshot().messages.filter(({ content }) => content === 'one')).toEqual([]);
  const { conversations } = await until(
    ada.client.conversations.list,
    (list) => list.conversations[0]?.lastMessage?.replies?.count === 1,
  );
  expect(conversations[0]).toMatchObject({ unread: 0, lastMessage: { id: root.id } });
  await until(
    grace.client.threads.followed,
    ({ status, threads }) => status === 'ready' && threads.length === 1,
  );

  cut(line);
  const other = await somebodyElse(grace, servers[0].url);
  await reply(ada.client, 'two');
  const three = await reply(ada.client, 'three');
  await ada.client.messages.edit({ conversationId, messageId: three.id, content: 'three, edited' });
  await other.threads.markRead({ ...ref, ordinal: 2 });
  const waiting = reply(grace.client, 'written meanwhile');
  await until(gracesThread, ({ outgoing }) => outgoing.length === 1);
  expect(gracesList.getSnapshot().outgoing).toEqual([]);
  mend(line, grace);
  await waiting;

  const all = ['one', 'two', 'three, edited', 'written meanwhile'];
  const settled = await until(
    gracesThread,
    ({ replies, outgoing, state }) => replies.length === 4 && outgoing.length === 0 && state?.unread === 1,
  );
  expect(contents(settled.replies)).toEqual(all);
  await until(adasThread, ({ replies }) => replies.length === 4);
  expect(adasThread.getSnapshot().replies).toEqual(settled.replies);
  await until(
    grace.client.threads.followed,
    ({ unread, threads }) =>
      unread === 1 && contents(threads[0]?.latest ?? []).join() === all.slice(2).join(),
  );

  await grace.client.threads.markRead(ref);
  await until(grace.client.threads.followed, ({ unread }) => unread === 0);
  const fresh = await somebodyElse(grace, url);
  const freshThread = await until(
    fresh.threads.open(ref),
    ({ status, state }) => status === 'ready' && state !== null,
  );
  expect(freshThread.replies).toEqual(gracesThread.getSnapshot().replies);
  expect(freshThread.root).toEqual(gracesThread.getSnapshot().root);
  expect(freshThread.state?.read).toEqual(gracesThread.getSnapshot().state?.read);
  const [mine] = (await until(fresh.threads.followed, ({ status }) => status === 'ready')).threads;
  expect(mine).toEqual(grace.client.threads.followed.getSnapshot().threads[0]);
});

/** Another device of somebody. */
async function somebodyElse({ email }: Person, url: string): Promise<ParleyClient> {
  const client = createClient({ url });
  onTestFinished(() => client.close());
  await client.auth.login({ email, password });
  return client;
}

test('following ends and begins on all devices at once, also on one that was away', async () => {
  const { ada, grace, line, conversationId } = await two();
  const root = await grace.client.messages.send({ conversationId, content: 'Here' });
  const ref = { conversationId, rootId: root.id };
  await ada.client.messages.send({ conversationId, content: 'a reply', thread: root.id });
  const other = await somebodyElse(grace, servers[0].url);
  const lists = [grace.client.threads.followed, other.threads.followed];
  for (const list of lists) await until(list, ({ unread }) => unread === 1);
  const thread = grace.client.threads.open(ref);
  await until(thread, ({ state }) => state?.following === true);
  await other.threads.unfollow(ref);
  for (const list of lists) await until(list, ({ threads }) => threads.length === 0);
  cut(line);
  await other.threads.follow(ref);
  await ada.client.messages.send({ conversationId, content: 'another', thread: root.id });
  await until(other.threads.followed, ({ unread }) => unread === 1);
  mend(line, grace);
  await until(grace.client.threads.followed, ({ unread }) => unread === 1);
  await until(thread, ({ state }) => state?.following === true && state.unread === 1);
});

test('a reply that was not sent yet is kept over a restart', async () => {
  const [storage, persistence] = [memoryStorage(), memoryPersistence()];
  const { grace, line, url, conversationId, ada } = await two({ storage, persistence });
  const root = await ada.client.messages.send({ conversationId, content: 'Here' });
  const ref = { conversationId, rootId: root.id };
  await until(grace.client.threads.open(ref), ({ status }) => status === 'ready');
  cut(line);
  grace.client.messages.send({ conversationId, content: 'kept', thread: root.id }).catch(() => {});
  await until(grace.client.threads.open(ref), ({ outgoing }) => outgoing.length === 1);
  await expect.poll(async () => (await persistence.entries('')).length).toBeGreaterThan(0);
  grace.client.close();
  const again = createClient({ url, storage, persistence });
  onTestFinished(() => again.close());
  await until(again.threads.open(ref), ({ outgoing }) => contents(outgoing).includes('kept'));
  mend(line, { ...grace, client: again });
  await until(ada.client.threads.open(ref), ({ replies }) => contents(replies).includes('kept'));
});

test('a list fills by itself where most of what was said is in threads, and a long thread loads page by page', async () => {
  const { ada, grace, conversationId } = await two();
  const root = await ada.client.messages.send({ conversationId, content: 'message 0' });
  for (let n = 1; n <= 12; n += 1) {
    await ada.client.messages.send({ conversationId, content: `message ${n}` });
    const sends = Array.from({ length: 9 }, (_, m) =>
      ada.client.messages.send({ conversationId, content: `reply ${n}.${m}`, thread: root.id }),
    );
    await Promise.all(sends);
  }
  const own = Array.from({ length: 13 }, (_, n) => `message ${n}`);
  const list = grace.client.messages.open(conversationId);
  // One page of 50 would show five of them.
  const { messages } = await until(list, (shown) => shown.messages.length >= own.length);
  expect(contents(messages).filter((content) => content !== '')).toEqual(own);
  const thread = grace.client.threads.open({ conversationId, rootId: root.id });
  const first = await until(thread, ({ status }) => status === 'ready');
  expect([first.replies.length, first.hasOlder]).toEqual([50, true]);
  await thread.loadOlder();
  await thread.loadOlder();
  const whole = thread.getSnapshot();
  expect([whole.replies.length, whole.hasOlder]).toEqual([108, false]);
  expect(whole.replies.map((reply) => reply.thread?.ordinal)).toEqual(whole.replies.map((_, n) => n + 1));
  await expect
    .poll(async () => (await grace.client.search.messages({ q: '"reply 3.4"' })).results, { timeout: 10_000 })
    .toMatchObject([{ message: { content: 'reply 3.4', thread: { rootId: root.id } } }]);
});

test('who is removed loses the thread with its conversation, and a thread that is none is gone', async () => {
  const { ada, grace, conversationId } = await two();
  const root = await ada.client.messages.send({ conversationId, content: 'Here' });
  const inside = await grace.client.messages.send({ conversationId, content: 'a reply', thread: root.id });
  const thread = grace.client.threads.open({ conversationId, rootId: root.id });
  await until(thread, ({ status }) => status === 'ready');
  await until(grace.client.threads.followed, ({ threads }) => threads.length === 1);
  const none = grace.client.threads.open({ conversationId, rootId: inside.id });
  await until(none, ({ status }) => status === 'gone');
  await ada.client.conversations.removeMember({ conversationId, userId: grace.id });
  await until(thread, ({ status }) => status === 'gone');
  await until(grace.client.threads.followed, ({ threads }) => threads.length === 0);
});

test('all of it goes over REST, and bad input is refused with a clear code', async () => {
  const { ada, grace, conversationId } = await two();
  const rest = new RestCaller(servers[0].url);
  rest.token = (
    await rest.expectStatus(200, 'POST', '/auth/login', { email: grace.email, password })
  ).accessToken;
  const root = await ada.client.messages.send({ conversationId, content: 'Here' });
  const path = `/conversations/${conversationId}/threads/${root.id}`;
  const reply = await rest.expectStatus(201, 'POST', '/messages', {
    ...{ conversationId, content: 'by REST', thread: root.id },
  });
  expect(reply.thread).toEqual({ rootId: root.id, rootPosition: root.position, ordinal: 1, ownOrdinal: 1 });
  await ada.client.messages.send({ conversationId, content: 'by the SDK', thread: root.id });
  expect(await rest.expectStatus(200, 'GET', `${path}?limit=1`)).toMatchObject({
    root: { id: root.id, replies: { count: 2 } },
    messages: [{ content: 'by the SDK' }],
    hasBefore: true,
    state: { following: true, unread: 1 },
  });
  const { threads } = await rest.expectStatus(200, 'GET', '/threads?limit=10');
  expect(threads).toMatchObject([{ root: { id: root.id }, state: { unread: 1 } }]);
  expect(await rest.expectStatus(200, 'PUT', `${path}/read`, {})).toMatchObject({ unread: 0 });
  expect(await rest.expectStatus(200, 'DELETE', `${path}/follow`)).toMatchObject({ following: false });
  expect(await rest.expectStatus(200, 'PUT', `${path}/follow`)).toMatchObject({ following: true });
  const refusals: readonly (readonly [number, string, string, object?])[] = [
    [409, 'POST', '/messages', { conversationId, content: 'x', thread: reply.id }],
    [404, 'POST', '/messages', { conversationId, content: 'x', thread: conversationId }],
    [400, 'POST', '/messages', { conversationId, content: 'x', thread: 'no id' }],
    [400, 'GET', `${path}?limit=101`],
    [400, 'GET', `${path}?before=1&after=2`],
    [400, 'PUT', `${path}/read`, { position: 1, ordinal: 1 }],
    [400, 'GET', '/threads?cursor=nonsense'],
    [404, 'GET', `/conversations/${conversationId}/threads/${conversationId}`],
    [409, 'PUT', `/conversations/${conversationId}/threads/${reply.id}/follow`],
  ];
  for (const [status, method, at, body] of refusals) await rest.expectStatus(status, method, at, body);
});

test('the code about threads in docs/features.md runs as it stands', async () => {
  const stdout = await runDocumented('threads', servers[1].url);
  expect(stdout).toBe('Who brings cake?: 1 unread\nme, says rosa\n0 unread\n');
});
