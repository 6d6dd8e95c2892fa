import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { testParley, type TestParley } from '@parley/engine/testing';
import { createClient, type MessageList, type ParleyClient } from '@parley/sdk';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findOrInstall, redisServer } from '../../../scripts/services/programs.ts';
import { type RedisCluster, startRedisCluster } from '../../../scripts/services/redis-cluster.ts';
import { Observer } from '../chaos/observer.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';
import { signUp } from '../sign-up.ts';

/** So many that each master carries some, and that each is silent for longer than comparisons are apart: see the second test. */
const conversations = 24;
const murmurMs = 80;
const lanes = 3;

const resources = new AsyncDisposableStack();
let cluster: RedisCluster;
let parley: TestParley;
let servers: readonly ServerProcess[];
let clients: readonly ParleyClient[];
let lists: readonly MessageList[];
const ids: string[] = [];
const sent = new Set<string>();
/** What was wrong with what somebody was shown. */
const violations: string[] = [];

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-redis-'));
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  const program = await findOrInstall(redisServer);
  cluster = resources.use(await startRedisCluster(program, directory, { replicas: 1 }));
  parley = resources.use(await testParley());
  const settings = {
    databaseUrl: parley.connectionString,
    redisClusterUrls: cluster.urls,
    // While Redis is there, no comparison with the database comes to its help.
    env: { HEAD_CHECK_MS: '600000' },
  };
  servers = await Promise.all([startServerProcess(settings), startServerProcess(settings)]);
  for (const server of servers) resources.use(server);
  await gather();
});
afterAll(() => resources.disposeAsync());

const health = (redis: 'ok' | 'unreachable') =>
  expect
    .poll(() => Promise.all(servers.map(redisOf)), { timeout: 15_000, interval: 10 })
    .toEqual([redis, redis]);

async function redisOf({ url }: ServerProcess): Promise<unknown> {
  const answer: unknown = await (await fetch(`${url}/health/ready`)).json();
  return typeof answer === 'object' && answer !== null && 'redis' in answer ? answer.redis : null;
}

/** Four people, two on each server, who have all conversations open. */
async function gather(): Promise<void> {
  const people = await Promise.all(
    [0, 1, 2, 3].map(async (n) => {
      const client = resources.use(createClient({ url: servers[n % 2]?.url ?? '' }));
      const { id } = await signUp(parley, client, `person-${n}`);
      return { client, id };
    }),
  );
  clients = people.map(({ client }) => client);
  const participantIds = people.slice(1).map(({ id }) => id);
  const rooms = clients[0]?.conversations;
  for (let n = 0; n < conversations; n += 1) {
    const made = await rooms?.create({ participantIds, title: `Room ${n}` });
    ids.push(made?.id ?? '');
  }
  lists = await Promise.all(clients.flatMap((client) => ids.map((id) => watch(client, id))));
}

/** Opens a conversation, and notes what is wrong with what it shows, from then on. */
async function watch(client: ParleyClient, id: string): Promise<MessageList> {
  const list = client.messages.open(id);
  const observer = new Observer((violation) => violations.push(violation));
  list.subscribe(() => void observer.observe(list.getSnapshot()));
  await vi.waitFor(() => expect(list.getSnapshot().status).toBe('ready'), { timeout: 10_000 });
  return list;
}

/** Says something in the conversation whose turn it is. */
async function say(client: ParleyClient | undefined, n: number): Promise<void> {
  const conversationId = ids[n % ids.length] ?? '';
  const message = await client?.messages.send({ conversationId, content: `message ${n}` });
  sent.add(message?.id ?? '');
}

/** Does something again and again. @returns what ends it */
function loop(turn: (n: number) => Promise<void>): () => Promise<void> {
  let over = false;
  const looping = (async () => {
    for (let n = 0; !over; n += 1) await turn(n);
  })();
  return async () => {
    over = true;
    await looping;
  };
}

const more = (messages: number) => {
  const goal = sent.size + messages;
  return expect.poll(() => sent.size, { timeout: 15_000, interval: 5 }).toBeGreaterThan(goal);
};

/** Waits until everybody shows all that is stored, which is all that was sent, each once and in order. */
async function everythingShown(): Promise<void> {
  const rows = await parley.db
    .selectFrom('messages')
    .select(['id', 'type', 'conversation_id'])
    .orderBy('position')
    .execute();
  const texts = rows.filter(({ type }) => type === 'text').map(({ id }) => id);
  expect(texts.toSorted()).toEqual([...sent].toSorted());
  const stored = Map.groupBy(rows, (row) => row.conversation_id);
  for (const list of lists) {
    const expected = stored.get(list.conversationId)?.map(({ id }) => id);
    const shown = () => list.getSnapshot().messages.map(({ id }) => id);
    await expect.poll(shown, { timeout: 10_000, interval: 5 }).toEqual(expected);
  }
}

/** With Redis there and no comparison due, what is said now is heard by Redis alone. */
async function heardByRedis(): Promise<void> {
  await health('ok');
  await Promise.all(ids.map((_, n) => say(clients[0], n)));
  await everythingShown();
}

test('I12 with a master of a Redis Cluster killed under load and started again, nothing is lost, doubled or out of order', async () => {
  await heardByRedis();
  const [, master] = cluster.masters;
  if (master === undefined) throw new Error('there are three masters');
  const talking = clients.flatMap((client) =>
    Array.from({ length: lanes }, () => loop((n) => say(client, n))),
  );
  await more(400);
  process.kill(master.pid, 'SIGKILL');
  await health('unreachable');
  await more(400);
  await master.restart();
  await health('ok');
  await more(100);
  for (const stop of talking) await stop();
  await everythingShown();
  await heardByRedis();
  expect(violations).toEqual([]);
}, 40_000);

test('I12 when a replica takes over for a killed master, what was lost just before is found', async () => {
  await heardByRedis();
  const [master] = cluster.masters;
  if (master === undefined) throw new Error('there are three masters');
  // Nothing is said in the same conversation afterwards that would tell of it, and no comparison comes in time.
  const murmur = loop(async (n) => {
    await Promise.all([say(clients[n % clients.length], n), sleep(murmurMs)]);
  });
  process.kill(master.pid, 'SIGKILL');
  await health('unreachable');
  await health('ok');
  await murmur();
  await everythingShown();
  await heardByRedis();
  expect(violations).toEqual([]);
}, 40_000);
