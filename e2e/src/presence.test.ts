import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestParley, testParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findOrInstall, redisServer } from '../../scripts/services/programs.ts';
import { startRedis } from '../../scripts/services/redis.ts';
import { runDocumented } from './documented.ts';
import { startBalancer } from './balancer.ts';
import { memoryStorage } from './memory-storage.ts';
import { ForbiddenWebSocket } from './no-websocket.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { until } from './until.ts';

const full = process.env['PARLEY_TEST_FULL'] === '1';
/** The real periods take too long to be waited for each time. */
const [leaseMs, graceMs] = full ? [24_000, 10_000] : [2_400, 1_000];
const killedWithinMs = 45_000;

// Two servers on a Redis of their own, which is stopped in the end.
const resources = new AsyncDisposableStack();
let parley: TestParley;
let redis: { url: string; pid: number };
let servers: [ServerProcess, ServerProcess];

const startServer = async () =>
  resources.use(
    await startServerProcess({
      databaseUrl: parley.connectionString,
      redisUrl: redis.url,
      env: { PRESENCE_LEASE_MS: `${leaseMs}`, PRESENCE_GRACE_MS: `${graceMs}` },
    }),
  );

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-redis-'));
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  redis = resources.use(await startRedis(await findOrInstall(redisServer), directory));
  resources.defer(() => void process.kill(redis.pid, 'SIGCONT'));
  parley = resources.use(await testParley());
  servers = await Promise.all([startServer(), startServer()]);
});
afterAll(() => resources.disposeAsync());

let people = 0;

interface Somebody {
  readonly client: ParleyClient;
  readonly id: string;
}

/** Somebody new, signed in: without the cost of hashing a password. */
async function somebody(url: string, options: { WebSocket?: typeof WebSocket } = {}): Promise<Somebody> {
  const username = `somebody-${(people += 1)}`;
  const { userId: id, accessToken } = await parley.person(username);
  const lifeMs = 3_600_000;
  const user = { id, username, email: `${username}@example.com` };
  const record = { user, accessToken, refreshToken: '', expiresAt: Date.now() + lifeMs, lifeMs };
  const storage = memoryStorage(new Map([[`parley.session:${url}/trpc`, JSON.stringify(record)]]));
  const client = createClient({ url, storage, ...options });
  onTestFinished(() => client.close());
  return { client, id };
}

async function room(first: Somebody, ...others: Somebody[]): Promise<string> {
  const participantIds = others.map(({ id }) => id);
  return (await first.client.conversations.create({ participantIds, title: 'Room' })).id;
}

/** Is connected, as whoever looks at their conversations. */
const look = ({ client }: Somebody) => until(client.conversations.list, ({ status }) => status === 'ready');

/** Resolves when somebody is seen so; `seen` is every status they were seen with from now on. */
function watch({ client }: Somebody, { id }: Somebody) {
  const store = client.presence.open([id]);
  const seen: string[] = [];
  const note = () => {
    const status = store.getSnapshot().get(id)?.status;
    if (status !== undefined && status !== seen.at(-1)) seen.push(status);
  };
  onTestFinished(store.subscribe(note));
  const sees = (status: string, ms = 20_000) =>
    expect.poll(() => seen.at(-1), { timeout: ms, interval: 10 }).toBe(status);
  return { seen, sees };
}

const typists = ({ client }: Somebody, conversationId: string) => client.typing.open(conversationId);
const type = ({ client }: Somebody, conversationId: string, typing = true) =>
  client.typing.set({ conversationId, typing });

test('people are seen to come and to go on another server, by those they share a conversation with', async () => {
  const [ada, grace, alan] = [
    await somebody(servers[0].url),
    await somebody(servers[1].url),
    await somebody(servers[0].url),
  ];
  await room(ada, grace);
  const theirs = watch(ada, grace);
  const strangers = watch(alan, grace);
  await theirs.sees('offline');
  await look(grace);
  await theirs.sees('online');
  expect(await ada.client.users.get({ userId: grace.id })).toMatchObject({ isOnline: true });
  // From one set that is shown to another: what is shown is watched.
  const both = ada.client.presence.open([grace.id, ada.id]);
  await until(both, (known) => known.size === 2);
  grace.client.close();
  await theirs.sees('offline');
  expect(theirs.seen).toEqual(['offline', 'online', 'offline']);
  const [presence] = await ada.client.presence.get({ userIds: [grace.id] });
  const user = await ada.client.users.get({ userId: grace.id });
  expect(user).toMatchObject({ isOnline: false, lastSeen: presence?.lastSeen });
  expect(presence?.lastSeen).not.toBeNull();
  expect(strangers.seen).toEqual([]);
});

/** In front of the first server, until a test routes it elsewhere. */
async function balancerToFirst(): ReturnType<typeof startBalancer> {
  const balancer = await startBalancer();
  onTestFinished(() => balancer[Symbol.asyncDispose]());
  balancer.route([servers[0].port]);
  return balancer;
}

test('somebody whose connection is cut and comes back on another server is online all the time', async () => {
  const balancer = await balancerToFirst();
  const [ada, grace, alan] = [
    await somebody(servers[1].url),
    await somebody(balancer.url),
    await somebody(servers[0].url),
  ];
  await room(ada, grace, alan);
  const theirs = watch(ada, grace);
  const marker = watch(ada, alan);
  await Promise.all([look(grace), look(alan)]);
  await Promise.all([theirs.sees('online'), marker.sees('online')]);
  const seen = theirs.seen.length;
  balancer.route([servers[1].port]);
  balancer.cut();
  await until(grace.client.connection, ({ status }) => status === 'offline');
  grace.client.connection.retryNow();
  await until(grace.client.connection, ({ status }) => status === 'online');
  // Somebody who left after that is gone.
  alan.client.close();
  await marker.sees('offline');
  expect(theirs.seen.slice(seen)).toEqual([]);
});

test('those of a server that is killed are seen to be gone in time', async () => {
  const doomed = await startServer();
  const [ada, grace] = [await somebody(servers[0].url), await somebody(doomed.url)];
  await room(ada, grace);
  const theirs = watch(ada, grace);
  await look(grace);
  await theirs.sees('online');
  await doomed.kill();
  await theirs.sees('offline', killedWithinMs);
  expect(await ada.client.users.get({ userId: grace.id })).toMatchObject({ isOnline: false });
  await expect
    .poll(async () => (await ada.client.users.get({ userId: grace.id })).lastSeen, {
      timeout: killedWithinMs,
    })
    .not.toBeNull();
});

test('who is typing is seen on another server, again after a reconnect, and not by a removed member', async () => {
  const balancer = await balancerToFirst();
  const [ada, grace, alan] = [
    await somebody(servers[1].url),
    await somebody(balancer.url),
    await somebody(servers[1].url),
  ];
  const conversationId = await room(ada, grace, alan);
  await Promise.all([look(ada), look(grace), look(alan)]);
  const [theirs, own] = [typists(grace, conversationId), typists(ada, conversationId)];
  let ownHeard = 0;
  onTestFinished(own.subscribe(() => (ownHeard += own.getSnapshot().userIds.includes(ada.id) ? 1 : 0)));
  const keystrokes = setInterval(() => type(ada, conversationId), 50);
  onTestFinished(() => clearInterval(keystrokes));
  await until(theirs, ({ userIds }) => userIds[0] === ada.id);
  balancer.route([servers[1].port]);
  balancer.cut();
  await until(grace.client.connection, ({ status }) => status === 'offline');
  // What is not said again is over by itself; what goes on is there again.
  await until(grace.client.connection, ({ status }) => status === 'online');
  await until(theirs, ({ userIds }) => userIds[0] === ada.id);
  clearInterval(keystrokes);
  type(ada, conversationId, false);
  await until(theirs, ({ count }) => count === 0);
  expect(ownHeard).toBe(0);

  await ada.client.conversations.removeMember({ conversationId, userId: grace.id });
  await until(grace.client.conversations.list, ({ conversations }) => conversations.length === 0);
  let heard = 0;
  onTestFinished(theirs.subscribe(() => (heard += 1)));
  type(alan, conversationId);
  await until(own, ({ userIds }) => userIds[0] === alan.id);
  expect(theirs.getSnapshot()).toEqual({ userIds: [], count: 0 });
  expect(heard).toBe(0);
});

test('both are there without a WebSocket, too', async () => {
  const [ada, grace] = [
    await somebody(servers[0].url, { WebSocket: ForbiddenWebSocket }),
    await somebody(servers[1].url),
  ];
  const conversationId = await room(grace, ada);
  await look(ada);
  const theirs = watch(ada, grace);
  const others = watch(grace, ada);
  await look(grace);
  await Promise.all([theirs.sees('online'), others.sees('online')]);
  const typing = typists(ada, conversationId);
  const keystrokes = setInterval(() => type(grace, conversationId), 50);
  onTestFinished(() => clearInterval(keystrokes));
  await until(typing, ({ userIds }) => userIds[0] === grace.id);
});

test('the code in docs/features.md runs as it stands', async () => {
  const stdout = await runDocumented('presence', servers[0].url);
  expect(stdout).toBe('Grace is online\nGrace is typing\nNow she is online\n');
});

test('with Redis stopped who is there is still seen, a little later, and chat goes on', async () => {
  const [ada, grace] = [await somebody(servers[0].url), await somebody(servers[1].url)];
  const conversationId = await room(ada, grace);
  const open = ada.client.messages.open(conversationId);
  await until(open, ({ status }) => status === 'ready');
  const theirs = watch(ada, grace);
  await theirs.sees('offline');
  process.kill(redis.pid, 'SIGSTOP');
  await look(grace);
  await theirs.sees('online');
  const sent = await grace.client.messages.send({ conversationId, content: 'still here' });
  await until(open, ({ messages }) => messages.some(({ id }) => id === sent.id));
  const typing = typists(ada, conversationId);
  await until(typing, ({ count }) => count === 0);
  type(grace, conversationId);
  grace.client.close();
  await theirs.sees('offline');
  process.kill(redis.pid, 'SIGCONT');
});
