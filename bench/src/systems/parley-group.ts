import type pg from 'pg';
import { openWebSocket } from '../sockets/websocket.ts';
import { connectAll, nth } from './gathering.ts';
import { type Account, makeAccounts } from './parley-people.ts';
import { type MeasuredServers, startMeasuredServers } from './parley-server.ts';
import { answered, signIn } from './parley.ts';
import { listening, type Speak, speaker } from './speaker.ts';
import type { RawSocket } from '../sockets/raw-socket.ts';

/** What one call adds at most. */
const membersPerCall = 100;
const callMs = 60_000;

/** A large group of which some members are connected, and what it took to make it. */
export interface Group extends AsyncDisposable {
  readonly conversationId: string;
  readonly pids: readonly number[];
  readonly pool: pg.Pool;
  /** Those who are connected, the owner first. */
  readonly online: readonly RawSocket[];
  readonly speak: readonly Speak[];
  /** How long each call took that added members, in milliseconds. */
  readonly adding: readonly number[];
  readonly connectingSeconds: number;
  /** The owner reads a path of the REST API; how long that took, in milliseconds. */
  readonly get: (path: string) => Promise<{ readonly ms: number; readonly answer: unknown }>;
}

/** Makes a group as an app would, a call after the other, and connects some of its members. */
export async function makeGroup(members: number, online: number, profile: string | null): Promise<Group> {
  await using held = new AsyncDisposableStack();
  const server = held.use(await startMeasuredServers({ profile }));
  const accounts = await makeAccounts(server.pool, members);
  await server.pool.query('analyze');
  const owner = nth(accounts, 0);
  const { conversationId, adding } = await addEverybody(server, owner, accounts);
  const address = `${nth(server.urls, 0).replace('http', 'ws')}/trpc?connectionParams=1`;
  const { people, connecting } = await connectAll(server.pids, accounts.slice(0, online), async (account) =>
    listening(await openWebSocket(address), signIn(account), 1),
  );
  held.defer(() => {
    for (const each of people) each[Symbol.dispose]();
  });
  const kept = held.move();
  return {
    ...{ conversationId, adding, pids: server.pids, pool: server.pool, online: people },
    connectingSeconds: connecting.seconds,
    speak: people.map((each) => speaker(each, answered)),
    get: (path) => call(server, owner, 'GET', path),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function addEverybody(
  server: MeasuredServers,
  owner: Account,
  accounts: readonly Account[],
): Promise<{ conversationId: string; adding: number[] }> {
  const others = accounts.slice(1).map(({ userId }) => userId);
  const first = { participantIds: others.slice(0, membersPerCall), title: 'Everybody' };
  const { answer } = await call(server, owner, 'POST', '/conversations', first);
  const conversationId = idOf(answer);
  const adding: number[] = [];
  for (let from = membersPerCall; from < others.length; from += membersPerCall) {
    const userIds = others.slice(from, from + membersPerCall);
    const path = `/conversations/${conversationId}/members`;
    adding.push((await call(server, owner, 'POST', path, { userIds })).ms);
  }
  return { conversationId, adding };
}

async function call(
  { urls }: MeasuredServers,
  { token }: Account,
  method: string,
  path: string,
  body?: object,
): Promise<{ ms: number; answer: unknown }> {
  const from = performance.now();
  const response = await fetch(`${nth(urls, 0)}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(callMs),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`unable to call ${path}; ${response.status} ${text}`);
  return { ms: performance.now() - from, answer: text === '' ? null : JSON.parse(text) };
}

function idOf(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null || !('id' in answer) || typeof answer.id !== 'string')
    throw new Error('the group has no id');
  return answer.id;
}
