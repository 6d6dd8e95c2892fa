import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@parley/contract';
import { appendMessages, type Database } from '@parley/engine/testing';
import type pg from 'pg';
import type { RawSocket } from '../sockets/raw-socket.ts';
import { openWebSocket } from '../sockets/websocket.ts';
import { connectAll, gathered, nth } from './gathering.ts';
import { type Account, bulkDatabase, makeAccounts, makeGroups } from './parley-people.ts';
import { eventLoopDelay, type MeasuredSettings, startMeasuredServers } from './parley-server.ts';
import { listening, type Speak, speaker } from './speaker.ts';
import type { Room, System } from './system.ts';

const messagesPerStatement = 20_000;
const indexedPollMs = 250;
const indexedWithinMs = 20 * 60_000;
/** Of those nobody is connected for. */
const conversationsEach = 50;
/** The number in the beginning of an answer, and whether it is an error. */
export const answered = /^\{"id":(\d+),"(result|error)"/;
const watch = { id: 1, method: 'subscription', params: { path: 'inbox.watch' } };

/** What a frontend sends first. */
export function signIn({ token }: Account): readonly object[] {
  return [{ method: 'connectionParams', data: { token } }, watch];
}

/** Parley as it is deployed: signed in, checked, stored, and through Redis. */
export async function parley({
  name = 'Parley',
  ...settings
}: MeasuredSettings & { readonly name?: string }): Promise<System> {
  await using held = new AsyncDisposableStack();
  const server = held.use(await startMeasuredServers(settings));
  const addresses = server.urls.map((url) => `${url.replace('http', 'ws')}/trpc?connectionParams=1`);
  const db = bulkDatabase(server.connectionString);
  held.defer(() => db.destroy());
  const kept = held.move();
  return {
    ...{ name, pids: server.pids, stores: true, node: true },
    async gather(count, rooms, onConnecting) {
      const accounts = await makeAccounts(server.pool, count);
      const groups = rooms.map((room) => room.map((index) => nth(accounts, index)));
      const ids = await makeGroups(db, groups);
      await passOverIndex(server.pool);
      await server.pool.query('analyze');
      const connect = async ([index, account]: readonly [number, Account]) =>
        listening(await openWebSocket(nth(addresses, index % addresses.length)), signIn(account), 1);
      const connected = await connectAll(server.pids, [...accounts.entries()], connect, onConnecting);
      const { people } = connected;
      const speak = people.map((each) => speaker(each, answered));
      const room = (indices: readonly number[], n: number) => {
        const members = indices.map((index) => nth(people, index));
        return roomOf(
          { db, pool: server.pool },
          nth(ids, n),
          members,
          indices.map((index) => nth(speak, index)),
        );
      };
      return gathered(connected, rooms.map(room));
    },
    indexed: () => untilIndexed(server.pool),
    eventLoopDelay: () => eventLoopDelay(nth(server.urls, 0)),
    async fillWith(conversations) {
      const others = await makeAccounts(
        server.pool,
        Math.max(2, Math.ceil(conversations / conversationsEach)),
      );
      const pairs = Array.from({ length: conversations }, (_, n) => [
        nth(others, n % others.length),
        nth(others, (n + 1 + (Math.floor(n / others.length) % (others.length - 1))) % others.length),
      ]);
      await makeGroups(db, pairs);
      await passOverIndex(server.pool);
      await server.pool.query('analyze');
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function untilIndexed(pool: pg.Pool): Promise<number> {
  const from = performance.now();
  if (!(await hasIndex(pool))) return 0;
  for (;;) {
    const { rows } = await pool.query(
      `select from conversations c left join search_progress p on p.conversation_id = c.id
       where c.last_seq > coalesce(p.indexed_seq, 0) limit 1`,
    );
    const ms = performance.now() - from;
    if (rows.length === 0) return ms / 1_000;
    if (ms > indexedWithinMs) throw new Error('unable to measure; the search index is not done');
    await sleep(indexedPollMs);
  }
}

/** The server of an earlier commit has none. */
async function hasIndex(pool: pg.Pool): Promise<boolean> {
  const { rowCount } = await pool.query("select where to_regclass('search_progress') is not null");
  return rowCount !== 0;
}

/** What was put there is not indexed for search: the indexer would be what is measured, for minutes. */
export async function passOverIndex(pool: pg.Pool): Promise<void> {
  if (!(await hasIndex(pool))) return;
  await pool.query(
    `insert into search_progress (conversation_id, indexed_seq) select id, last_seq from conversations
     on conflict (conversation_id) do update set indexed_seq = greatest(search_progress.indexed_seq, excluded.indexed_seq)`,
  );
}

function roomOf(
  { db, pool }: { readonly db: Database; readonly pool: pg.Pool },
  conversationId: string,
  members: readonly RawSocket[],
  speak: readonly Speak[],
): Room {
  const call = (member: number, method: 'query' | 'mutation', path: string, input: object) =>
    nth(speak, member)((id) => ({ id, method, params: { path, input } }));
  return {
    members,
    say: (member, content) =>
      call(member, 'mutation', 'messages.send', { conversationId, content, id: newId() }),
    list: (member) => call(member, 'query', 'conversations.list', { limit: 50 }),
    latest: (member) => call(member, 'query', 'messages.list', { conversationId, limit: 50 }),
    search: (member, q) => call(member, 'query', 'search.messages', { q }),
    async fill(messages, content) {
      for (let done = 0; done < messages; done += messagesPerStatement) {
        const count = Math.min(messagesPerStatement, messages - done);
        const contents = content === undefined ? [] : Array.from({ length: count }, content);
        await appendMessages(db, [conversationId], count, messages, contents);
      }
      // What is searched for is written by the caller.
      if (content === undefined) await passOverIndex(pool);
    },
  };
}
