import { newId } from '@parley/contract';
import { createClient, type ParleyClient } from '@parley/sdk';
import pg from 'pg';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { startServerProcess } from '../server-process.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';
import { type Cluster, startWholePostgres, type WholePostgres } from '../whole-postgres.ts';

// A primary with a standby. The server reaches whichever serves through a proxy, as through an address that moves.
const patienceMs = 30_000;
const password = 'a password for tests';

let stage: AsyncDisposableStack;
let primary: WholePostgres;
let standby: Cluster;
let proxy: TcpProxy;
let url: string;

beforeEach(async () => {
  stage = new AsyncDisposableStack();
  onTestFinished(() => stage.disposeAsync());
  primary = stage.use(await startWholePostgres());
  await primary.client('createdb', '--maintenance-db', primary.urlOf('postgres'), 'parley');
  standby = await primary.startStandby();
  proxy = stage.use(await startTcpProxy(primary.port));
  const address = new URL(primary.urlOf('parley'));
  address.port = String(proxy.port);
  const server = stage.use(await startServerProcess({ databaseUrl: address.href }));
  ({ url } = server);
}, 300_000); // PostgreSQL may have to be installed

async function ask<T extends pg.QueryResultRow>(cluster: Cluster, query: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: cluster.urlOf('parley') });
  await client.connect();
  try {
    return (await client.query<T>(query)).rows;
  } finally {
    await client.end();
  }
}

/** The primary is gone, and the standby takes its place at the same address. */
async function failOver(): Promise<void> {
  await primary.kill();
  await ask(standby, 'select pg_promote()');
  proxy.route(standby.port);
  proxy.reset();
}

async function somebody(username: string): Promise<{ client: ParleyClient; id: string }> {
  const client = createClient({ url });
  stage.defer(() => client.close());
  const { id } = await client.auth.register({ email: `${username}@example.com`, username, password });
  return { client, id };
}

interface Room {
  readonly conversationId: string;
  readonly ada: ParleyClient;
  /** What the other one is shown: who wrote it, and who reads it. */
  texts(): string[][];
  loadAll(): Promise<void>;
}

async function room(): Promise<Room> {
  const [ada, grace] = [await somebody('ada'), await somebody('grace')];
  const input = { participantIds: [grace.id], title: 'Room' };
  const { id: conversationId } = await ada.client.conversations.create(input);
  const lists = [ada.client, grace.client].map((client) => client.messages.open(conversationId));
  for (const list of lists) stage.defer(list.subscribe(() => {}));
  const texts = () =>
    lists.map((list) =>
      list
        .getSnapshot()
        .messages.filter(({ messageType }) => messageType === 'text')
        .map(({ content }) => content),
    );
  const loadAll = async () => {
    for (const list of lists) while (list.getSnapshot().hasOlder) await list.loadOlder();
  };
  await expect.poll(() => lists.map((list) => list.getSnapshot().status)).toEqual(['ready', 'ready']);
  return { conversationId, ada: ada.client, texts, loadAll };
}

const storedTexts = async () =>
  (
    await ask<{ content: string }>(
      standby,
      `select content from messages where type = 'text' order by position`,
    )
  ).map(({ content }) => content);
const epochOf = async (cluster: Cluster) =>
  (await ask<{ epoch: string }>(cluster, 'select parley_epoch() as epoch'))[0]?.epoch;

test('I2 what was acknowledged is there after a failover to a synchronous standby, and everybody goes on', async () => {
  await ask(primary, `alter system set synchronous_standby_names = '*'`);
  await ask(primary, 'select pg_reload_conf()');
  await expect
    .poll(() => ask(primary, 'select sync_state from pg_stat_replication'))
    .toEqual([{ sync_state: 'sync' }]);
  const { conversationId, ada, texts, loadAll } = await room();
  const before = await epochOf(primary);
  const acknowledged: string[] = [];
  const written: string[] = [];
  let over = false;
  const lane = async () => {
    while (!over) {
      const id = newId();
      written.push(id);
      await ada.messages.send({ conversationId, id, content: id });
      acknowledged.push(id);
    }
  };
  const sending = Promise.all([lane(), lane(), lane(), lane()]);
  const reached = (count: number) =>
    expect.poll(() => acknowledged.length, { timeout: patienceMs, interval: 5 }).toBeGreaterThan(count);
  await reached(100);
  await primary.kill();
  const early = [...acknowledged];
  await failOver();
  const kept = new Set(await storedTexts());
  expect(early.filter((id) => !kept.has(id))).toEqual([]);
  await reached(early.length + 50);
  over = true;
  await sending;

  expect(await epochOf(standby)).not.toBe(before);
  const stored = await storedTexts();
  // Each once, also those whose outcome was unknown when the primary went.
  expect(stored.toSorted()).toEqual(written.toSorted());
  // A reset leaves the latest page; the rest is paged back to.
  const whole = async () => {
    await loadAll();
    return texts();
  };
  await expect.poll(whole, { timeout: patienceMs }).toEqual([stored, stored]);
}, 120_000);

test('I2 what an asynchronous standby had not heard of is lost for everybody alike: nobody goes on showing it', async () => {
  const { conversationId, ada, texts } = await room();
  await ada.messages.send({ conversationId, content: 'kept' });
  await expect.poll(storedTexts, { timeout: patienceMs }).toEqual(['kept']);
  const before = await epochOf(primary);
  await ask(standby, `alter system set primary_conninfo = ''`);
  await ask(standby, 'select pg_reload_conf()');
  await expect.poll(() => ask(primary, 'select 1 from pg_stat_replication')).toEqual([]);
  for (const content of ['lost 1', 'lost 2', 'lost 3']) await ada.messages.send({ conversationId, content });
  await expect.poll(() => texts().map((shown) => shown.length)).toEqual([4, 4]);

  await failOver();
  // It takes the position, and the seq, of the first one lost.
  await ada.messages.send({ conversationId, content: 'said anew' });
  await expect.poll(texts, { timeout: patienceMs }).toEqual([
    ['kept', 'said anew'],
    ['kept', 'said anew'],
  ]);
  expect(await storedTexts()).toEqual(['kept', 'said anew']);
  expect(await epochOf(standby)).not.toBe(before);
}, 120_000);
