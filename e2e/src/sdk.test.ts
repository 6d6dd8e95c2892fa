import { type TestParley, testParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Balancer, startBalancer } from './balancer.ts';
import { type ServerProcess, startServerProcess, testRedisUrl } from './server-process.ts';
import { until } from './until.ts';
import { password, signUp } from './sign-up.ts';

const promptMs = 5_000;

const resources = new AsyncDisposableStack();
let parley: TestParley;
let servers: [ServerProcess, ServerProcess];
let balancer: Balancer;

beforeAll(async () => {
  parley = resources.use(await testParley());
  balancer = resources.use(await startBalancer());
  const settings = { databaseUrl: parley.connectionString, redisUrl: testRedisUrl() };
  const [first, second] = await Promise.all([startServerProcess(settings), startServerProcess(settings)]);
  servers = [resources.use(first), resources.use(second)];
  balancer.route([first.port, second.port]);
});
afterAll(() => resources.disposeAsync());

function client(url: string): ParleyClient {
  const made = createClient({ url });
  onTestFinished(() => made.close());
  return made;
}

let people = 0;

/** Somebody new, signed in. */
async function somebody(url: string): Promise<ParleyClient> {
  people += 1;
  const made = client(url);
  await signUp(parley, made, `sdk-${people}`);
  return made;
}

function idOf(someone: ParleyClient): string {
  const session = someone.auth.session.getSnapshot();
  if (session === null) throw new Error('nobody is signed in');
  return session.user.id;
}

describe('the SDK', () => {
  test('shows what others do on another server: messages, edits, deletions, unread numbers, titles', async () => {
    const [ada, grace] = await Promise.all([somebody(servers[0].url), somebody(servers[1].url)]);
    const list = grace.conversations.list;
    await until(list, ({ status }) => status === 'ready');
    const { id: conversationId } = await ada.conversations.create({
      participantIds: [idOf(grace)],
      title: 'Compilers',
    });
    await until(list, ({ conversations }) => conversations[0]?.title === 'Compilers');
    const sent = await ada.messages.send({ conversationId, content: 'first' });
    await ada.messages.send({ conversationId, content: 'second' });
    await until(
      list,
      ({ unread, conversations }) => unread === 2 && conversations[0]?.lastMessage?.content === 'second',
    );

    const open = grace.messages.open(conversationId);
    await until(open, ({ messages }) => messages.some(({ content }) => content === 'second'));
    await ada.messages.edit({ conversationId, messageId: sent.id, content: 'first, corrected' });
    await until(open, ({ messages }) => messages.some(({ content }) => content === 'first, corrected'));
    await ada.messages.delete({ conversationId, messageId: sent.id });
    await until(open, ({ messages }) => messages.some(({ deletedAt }) => deletedAt !== null));
    await grace.messages.markRead({ conversationId });
    await until(list, ({ unread }) => unread === 0);
    await ada.conversations.rename({ conversationId, title: 'Linkers' });
    await until(list, ({ conversations }) => conversations[0]?.title === 'Linkers');
    await ada.conversations.removeMember({ conversationId, userId: idOf(grace) });
    await until(list, ({ conversations }) => conversations.length === 0);
    expect((await until(open, ({ status }) => status !== 'ready')).status).toBe('gone');
  });

  test('shows who is in a conversation, as they come and go and change roles', async () => {
    const [ada, grace, alan] = await Promise.all([
      somebody(servers[0].url),
      somebody(servers[1].url),
      somebody(servers[1].url),
    ]);
    const ids = (clients: ParleyClient[]) => clients.map(idOf).sort();
    const conversation = await ada.conversations.create({ participantIds: [idOf(grace)], title: 'Members' });
    const { id: conversationId } = conversation;
    const members = grace.members.open(conversationId);
    const shown = () => members.getSnapshot().members;
    await until(members, ({ status }) => status === 'ready');
    expect(shown().map(({ userId }) => userId)).toEqual(ids([ada, grace]));
    expect(shown().find(({ userId }) => userId === idOf(ada))).toMatchObject({
      role: 'owner',
      user: { id: idOf(ada) },
    });
    await ada.conversations.addMembers({ conversationId, userIds: [idOf(alan)] });
    await until(members, (list) => list.members.length === 3);
    expect(shown().map(({ userId }) => userId)).toEqual(ids([ada, grace, alan]));
    // The owner leaves: somebody else becomes it.
    await ada.conversations.leave({ conversationId });
    await until(members, (list) => list.members.length === 2);
    await until(members, (list) => list.members.some(({ role }) => role === 'owner'));
    await alan.conversations.leave({ conversationId });
    await until(members, (list) => list.members.length === 1);
    expect(members.getSnapshot()).toMatchObject({ status: 'ready', hasMore: false });
    const theirs = alan.members.open(conversationId);
    await until(theirs, ({ status }) => status === 'gone');
  });

  test('pages back through a history without holes while others write', async () => {
    const [ada, grace] = await Promise.all([somebody(servers[0].url), somebody(servers[1].url)]);
    const { id: conversationId } = await ada.conversations.create({ participantIds: [idOf(grace)] });
    const say = (from: number, to: number) =>
      Promise.all(
        Array.from({ length: to - from }, (_, i) =>
          ada.messages.send({ conversationId, content: `${from + i}` }),
        ),
      );
    await say(0, 130);
    const open = grace.messages.open(conversationId);
    await until(open, ({ status }) => status === 'ready');
    const writing = say(130, 160);
    while (open.getSnapshot().hasOlder) await open.loadOlder();
    await writing;
    const written = Array.from({ length: 160 }, (_, i) => `${i}`);
    const texts = () =>
      open
        .getSnapshot()
        .messages.filter(({ messageType }) => messageType === 'text')
        .map(({ content }) => content);
    await until(open, () => texts().length === written.length);
    expect(texts()).toEqual(written);
  });

  test('sends each message once, in order, when its server dies in the middle', async () => {
    const settings = { databaseUrl: parley.connectionString, redisUrl: testRedisUrl() };
    const doomed = await startServerProcess(settings);
    resources.use(doomed);
    const own = resources.use(await startBalancer());
    own.route([doomed.port, servers[1].port]);
    const [ada, grace] = await Promise.all([somebody(own.url), somebody(servers[1].url)]);
    const { id: conversationId } = await ada.conversations.create({ participantIds: [idOf(grace)] });
    const open = ada.messages.open(conversationId);
    await until(open, ({ status }) => status === 'ready');
    const texts = Array.from({ length: 200 }, (_, i) => `${i}`);
    const sends = texts.map((content) => ada.messages.send({ conversationId, content }));
    await sends[40];
    await doomed.kill();
    const acknowledged = await Promise.all(sends);
    await until(open, ({ outgoing }) => outgoing.length === 0);
    const stored = await parley.db
      .selectFrom('messages')
      .select(['id', 'content'])
      .where('conversation_id', '=', conversationId)
      .where('type', '=', 'text')
      .orderBy('position')
      .execute();
    expect(stored.map(({ content }) => content)).toEqual(texts);
    expect(acknowledged.map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
    const shown = open.getSnapshot().messages.filter(({ messageType }) => messageType === 'text');
    expect(shown.map(({ content }) => content)).toEqual(texts);
  });

  test('outlives its access tokens', async () => {
    const server = await startServerProcess({
      databaseUrl: parley.connectionString,
      redisUrl: testRedisUrl(),
      env: { JWT_EXPIRES_IN: '2s' },
    });
    resources.use(server);
    const [ada, grace] = await Promise.all([somebody(server.url), somebody(servers[1].url)]);
    const { id: conversationId } = await grace.conversations.create({ participantIds: [idOf(ada)] });
    const open = ada.messages.open(conversationId);
    await until(open, ({ status }) => status === 'ready');
    const start = Date.now();
    let heard = 0;
    while (Date.now() - start < 7_000) {
      const { id } = await grace.messages.send({ conversationId, content: 'still there?' });
      await until(open, ({ messages }) => messages.some((message) => message.id === id));
      heard += 1;
      await ada.auth.me();
    }
    expect(heard).toBeGreaterThan(3);
    expect(ada.auth.session.getSnapshot()).not.toBeNull();
  });

  test('moves from a server that stops to another one without being offline, and misses nothing', async () => {
    const own = resources.use(await startBalancer());
    const stopping = await startServerProcess({
      databaseUrl: parley.connectionString,
      redisUrl: testRedisUrl(),
      env: { DRAIN_MS: '4000' },
    });
    resources.use(stopping);
    own.route([stopping.port]);
    const [ada, grace] = await Promise.all([somebody(own.url), somebody(servers[1].url)]);
    const { id: conversationId } = await grace.conversations.create({ participantIds: [idOf(ada)] });
    const open = ada.messages.open(conversationId);
    await until(open, ({ status }) => status === 'ready');
    const states = new Set<string>();
    onTestFinished(ada.connection.subscribe(() => states.add(ada.connection.getSnapshot().status)));
    own.route([servers[0].port]);
    const stopped = stopping.stop();
    let gone = false;
    void stopped.then(() => {
      gone = true;
    });
    const said: string[] = [];
    while (!gone) {
      const { id } = await grace.messages.send({ conversationId, content: `${said.length}` });
      said.push(id);
      await ada.auth.me();
    }
    expect(await stopped).toBe(0);
    await until(open, ({ messages }) => messages.at(-1)?.id === said.at(-1));
    const { messages } = open.getSnapshot();
    expect(messages.filter(({ messageType }) => messageType === 'text').map(({ id }) => id)).toEqual(said);
    expect([...states].filter((status) => status !== 'online')).toEqual([]);
  });

  test('learns that its session was ended elsewhere', async () => {
    const ada = await somebody(servers[0].url);
    const elsewhere = client(servers[1].url);
    await elsewhere.auth.login({ email: `sdk-${people}`, password });
    await until(elsewhere.conversations.list, ({ status }) => status === 'ready');
    await ada.auth.changePassword({ currentPassword: password, newPassword: `${password}, changed` });
    await until(elsewhere.auth.session, (session) => session === null);
    await until(elsewhere.connection, ({ status }) => status === 'idle');
    expect(ada.auth.session.getSnapshot()).not.toBeNull();
    await expect(elsewhere.auth.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('says UNAVAILABLE within its deadline when nobody answers, and comes back by itself', async () => {
    const own = resources.use(await startBalancer());
    own.route([servers[0].port]);
    const ada = await somebody(own.url);
    await until(ada.conversations.list, ({ status }) => status === 'ready');
    const alone = client('http://127.0.0.1:9');
    await expect(alone.auth.login({ email: 'ada', password })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    own.route([]);
    own.cut();
    await until(ada.connection, ({ status }) => status === 'offline');
    own.route([servers[0].port]);
    ada.connection.retryNow();
    const started = Date.now();
    await ada.auth.me();
    expect(Date.now() - started).toBeLessThan(promptMs);
    await until(ada.connection, ({ status }) => status === 'online');
  });
});
