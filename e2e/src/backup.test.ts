import { join } from 'node:path';
import { newId, type WatchEvent } from '@parley/contract';
import { seedMany } from '@parley/engine/operations';
import { silentLog } from '@parley/engine/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Caller, openCaller } from './callers.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { startWholePostgres, type WholePostgres } from './whole-postgres.ts';

const lanes = 8;
const before = 300;
const patienceMs = 10_000;
const password = 'a password for tests';

const resources = new AsyncDisposableStack();
let postgres: WholePostgres;
beforeAll(async () => {
  postgres = resources.use(await startWholePostgres());
}, 300_000); // it may have to be installed
afterAll(() => resources.disposeAsync());

test('a dump under load, restored, has all that was said before it, without a hole, and clients notice', async () => {
  const [source, restored] = [postgres.urlOf('parley'), postgres.urlOf('restored')];
  const maintenance = ['--maintenance-db', postgres.urlOf('postgres')];
  await postgres.client('createdb', ...maintenance, 'parley');
  const server = resources.use(await startServerProcess({ databaseUrl: source }));
  // So much that the dump takes a while.
  const size = { users: 50, conversations: 50, messages: 20_000 };
  await seedMany(source, silentLog, size, password, () => {});
  const [ada, grace] = await Promise.all([register(server, 'ada'), register(server, 'grace')]);
  const caller = resources.use(openCaller(server.url, ada.accessToken));
  const participantIds = [grace.user.id];
  const { id: conversationId } = await caller.trpc.conversations.create.mutate({ participantIds });

  const load = startLoad(caller, conversationId);
  await load.reached(before);
  const [ready] = await toldUntil('ready', caller, conversationId);
  const dump = join(postgres.directory, 'parley.dump');
  const dumpArgs = ['--format=custom', '--exclude-table-data=servers', '--file', dump];
  // A disk that is busy may keep every commit waiting for as long as a dump takes: then it was not one under load.
  let early: string[] = [];
  let during = 0;
  for (let tries = 0; during === 0 && tries < 5; tries += 1) {
    early = [...load.acknowledged];
    await postgres.client('pg_dump', ...dumpArgs, source);
    during = load.acknowledged.length - early.length;
    console.info(`${during} messages were stored while it was dumped`);
  }
  const all = await load.stop();
  await postgres.client('createdb', ...maintenance, 'restored');
  await postgres.client('pg_restore', '--no-owner', '--exit-on-error', '--dbname', restored, dump);

  expect(during).toBeGreaterThan(0);
  const [whole, kept] = [await look(source, conversationId), await look(restored, conversationId)];
  expect(early.filter((id) => !kept.ids.has(id))).toEqual([]);
  expect([...kept.ids].filter((id) => !all.includes(id))).toEqual([]);
  expect(kept.others).toEqual(size.messages);
  expect([whole.holes, kept.holes]).toEqual([[], []]);
  expect(kept.epoch).not.toBe(whole.epoch);

  // What the id stands for is in both: only the epoch tells them apart.
  const types = (events: readonly Tracked[]) => events.map(({ data }) => data.type);
  const original = await toldUntil('changes', caller, conversationId, ready?.id);
  expect(types(original)).toEqual(['ready', 'changes']);
  const second = resources.use(await startServerProcess({ databaseUrl: restored }));
  const again = resources.use(openCaller(second.url, ada.accessToken));
  const told = await toldUntil('reset', again, conversationId, ready?.id);
  expect(types(told)).toEqual(['ready', 'reset']);
  expect(told.at(-1)?.data).toMatchObject({ epoch: kept.epoch });
  const next = await again.trpc.messages.send.mutate({ conversationId, content: 'after the restore' });
  expect(next.position).toBe(kept.position + 1);
}, 60_000);

interface Registered {
  readonly accessToken: string;
  readonly user: { readonly id: string };
}

async function register({ url }: ServerProcess, username: string): Promise<Registered> {
  const answer = await fetch(`${url}/trpc/auth.register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, email: `${username}@example.com`, password }),
  });
  const { result } = await answer.json();
  return result.data;
}

interface Load {
  /** Ids of the messages that the server said are stored. */
  readonly acknowledged: readonly string[];
  reached(count: number): Promise<void>;
  /** @returns all ids, once nothing is under way. @throws what a send failed with */
  stop(): Promise<readonly string[]>;
}

function startLoad({ trpc }: Caller, conversationId: string): Load {
  const acknowledged: string[] = [];
  let stopped = false;
  async function talk(): Promise<void> {
    while (!stopped) {
      const id = newId();
      await trpc.messages.send.mutate({ conversationId, id, content: `message ${id}` });
      acknowledged.push(id);
    }
  }
  const talking = Promise.all(Array.from({ length: lanes }, talk));
  talking.catch(() => {}); // it is thrown at the end
  return {
    acknowledged,
    reached: (count) =>
      expect.poll(() => acknowledged.length, { timeout: patienceMs, interval: 5 }).toBeGreaterThan(count),
    async stop() {
      stopped = true;
      await talking;
      return acknowledged;
    },
  };
}

interface Tracked {
  readonly id: string;
  readonly data: WatchEvent;
}

/** What a watcher that goes on after `lastEventId` is told, up to the first event of a type. */
async function toldUntil(
  type: WatchEvent['type'],
  { trpc }: Caller,
  conversationId: string,
  lastEventId?: string,
): Promise<readonly Tracked[]> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const told: Tracked[] = [];
  const watching = trpc.messages.watch.subscribe(
    { conversationId, ...(lastEventId === undefined ? {} : { lastEventId }) },
    {
      onData(event) {
        told.push(event);
        if (event.data.type === type) resolve();
      },
      onError: reject,
    },
  );
  const late = setTimeout(() => reject(new Error(`a watcher was never told ${type}`)), patienceMs);
  try {
    await promise;
    return told;
  } finally {
    clearTimeout(late);
    watching.unsubscribe();
  }
}

/** What a database has: of one conversation, and of all the others. */
async function look(connectionString: string, conversationId: string) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows: messages } = await client.query<{ id: string; type: string; position: number }>(
      'select id, type, position from messages where conversation_id = $1 order by position',
      [conversationId],
    );
    const { rows: holes } = await client.query(
      `select conversations.id from conversations left join messages on conversation_id = conversations.id
      group by conversations.id having count(*) <> last_position or min(position) <> 1
        or max(position) <> last_position or count(distinct position) <> count(*)`,
    );
    const { rows: sums } = await client.query<{ epoch: string; others: number }>(
      `select parley_epoch() as epoch, count(*)::int as others from messages
      where conversation_id <> $1 and type = 'text'`,
      [conversationId],
    );
    return {
      ids: new Set(messages.filter(({ type }) => type === 'text').map(({ id }) => id)),
      position: Number(messages.at(-1)?.position),
      holes,
      epoch: sums[0]?.epoch,
      others: sums[0]?.others,
    };
  } finally {
    await client.end();
  }
}
