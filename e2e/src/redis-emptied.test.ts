import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testParley, type TestParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findOrInstall, redisServer } from '../../scripts/services/programs.ts';
import { startRedis } from '../../scripts/services/redis.ts';
import { RestCaller } from './rest/rest-caller.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { password, signUp } from './sign-up.ts';

const times = 5;
const sendsBetween = 60;
const lanes = 4;

// A Redis of its own: the test empties it.
const resources = new AsyncDisposableStack();
let admin: Redis;
let parley: TestParley;
let servers: readonly [ServerProcess, ServerProcess];

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-redis-'));
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  const { url: redisUrl } = resources.use(await startRedis(await findOrInstall(redisServer), directory));
  admin = new Redis(redisUrl);
  resources.defer(() => admin.disconnect());
  parley = resources.use(await testParley());
  // No comparison with the database comes to the bus' help while this test runs.
  const settings = { databaseUrl: parley.connectionString, redisUrl, env: { HEAD_CHECK_MS: '600000' } };
  const [first, second] = await Promise.all([startServerProcess(settings), startServerProcess(settings)]);
  servers = [resources.use(first), resources.use(second)];
});
afterAll(() => resources.disposeAsync());

interface Watcher {
  readonly client: ParleyClient;
  readonly userId: string;
  /** How its connection has stood, since it was first online. */
  readonly statuses: Set<string>;
  readonly seen: Set<string>;
}

async function somebody(url: string, username: string): Promise<Watcher> {
  const client = resources.use(createClient({ url }));
  const { id } = await signUp(parley, client, username);
  return { client, userId: id, statuses: new Set(), seen: new Set() };
}

/** Opens a conversation and its list, and notes from then on what is shown and how the connection stands. */
async function watch({ client, statuses, seen }: Watcher, conversationId: string): Promise<void> {
  const open = client.messages.open(conversationId);
  open.subscribe(() => {
    for (const { id } of open.getSnapshot().messages) seen.add(id);
  });
  client.conversations.list.subscribe(() => {});
  await expect.poll(() => open.getSnapshot().status, { timeout: 10_000 }).toBe('ready');
  const { connection } = client;
  statuses.add(connection.getSnapshot().status);
  connection.subscribe(() => statuses.add(connection.getSnapshot().status));
}

test('a Redis that is emptied while messages are sent takes none of them, and no session, and no live event', async () => {
  const [ada, grace] = [await somebody(servers[0].url, 'ada'), await somebody(servers[1].url, 'grace')];
  const plain = await signInPlainly();
  const { id: conversationId } = await ada.client.conversations.create({ participantIds: [grace.userId] });
  await Promise.all([watch(ada, conversationId), watch(grace, conversationId)]);
  expect(await admin.pubsub('CHANNELS')).not.toEqual([]);

  const stored: string[] = [];
  let emptied = 0;
  async function talk({ client }: Watcher): Promise<void> {
    while (emptied < times) {
      const { id } = await client.messages.send({ conversationId, content: 'still there?' });
      stored.push(id);
    }
  }
  async function empty(): Promise<void> {
    for (; emptied < times; emptied += 1) {
      const goal = stored.length + sendsBetween;
      await expect.poll(() => stored.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(goal);
      expect(await admin.flushall()).toBe('OK');
    }
  }
  const talking = Array.from({ length: lanes }, () => [talk(ada), talk(grace)]).flat();
  await Promise.all([...talking, empty()]);

  const kept = await parley.db
    .selectFrom('messages')
    .select('id')
    .where('conversation_id', '=', conversationId)
    .where('type', '=', 'text')
    .execute();
  expect(kept.map(({ id }) => id).toSorted()).toEqual(stored.toSorted());
  for (const watcher of [ada, grace]) {
    await expect.poll(() => stored.filter((id) => !watcher.seen.has(id)), { timeout: 10_000 }).toEqual([]);
    expect(watcher.client.auth.session.getSnapshot()).not.toBeNull();
    expect((await watcher.client.auth.me()).id).toBe(watcher.userId);
    expect(watcher.statuses).toEqual(new Set(['online']));
  }
  await plain.expectStillSignedIn();
  const last = await ada.client.messages.send({ conversationId, content: 'and after the last time' });
  await expect.poll(() => grace.seen.has(last.id), { timeout: 5_000, interval: 5 }).toBe(true);
});

/** Somebody with plain `fetch`, whose tokens have to stay good on both servers. */
async function signInPlainly(): Promise<{ expectStillSignedIn(): Promise<void> }> {
  const callers = servers.map(({ url }) => new RestCaller(url));
  const account = { email: 'plain@example.com', username: 'plain', password };
  const { accessToken, refreshToken } = await new RestCaller(servers[0].url).expectStatus(
    201,
    'POST',
    '/auth/register',
    account,
  );
  return {
    async expectStillSignedIn() {
      for (const caller of callers) {
        caller.token = accessToken;
        await caller.expectStatus(200, 'GET', '/auth/me');
      }
      await callers[1]?.expectStatus(200, 'POST', '/auth/refresh', { refreshToken });
    },
  };
}
