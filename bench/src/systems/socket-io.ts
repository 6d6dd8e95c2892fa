import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { findOrInstall, redisServer } from '../../../scripts/services/programs.ts';
import { startRedis } from '../../../scripts/services/redis.ts';
import type { RawSocket } from '../sockets/raw-socket.ts';
import { openWebSocket, textFrame } from '../sockets/websocket.ts';
import { connectAll, gathered, nth } from './gathering.ts';
import { startMeasuredPostgres } from './postgres.ts';
import { pin, startPeer } from './processes.ts';
import { makeConversations, makeMessages, makeTables, makeUsers, tokenOf } from './socket-io-people.ts';
import { listening, type Speak, speaker } from './speaker.ts';
import type { Room, System } from './system.ts';

/** Packets of its protocol: 3 is a sign of life, 40 connects, 42 is an event, 43 what acknowledges it. */
const alive = textFrame('3');
const answered = /^43(\d+)\[(?:\{"(error)")?/;

/** socket.io with the Redis adapter: signed in, checked, stored, as such backends are usually written. */
export async function socketIo(): Promise<System> {
  await using held = new AsyncDisposableStack();
  const { connectionString, pool, directory } = held.use(await startMeasuredPostgres());
  const redis = held.use(await startRedis(await findOrInstall(redisServer), directory));
  await pin(redis.pid, 1);
  await makeTables(pool);
  const secret = randomBytes(32).toString('hex');
  const settings = { DATABASE_URL: connectionString, REDIS_URL: redis.url, JWT_SECRET: secret };
  const peer = held.use(await startPeer('socket-io', settings));
  const url = `ws://127.0.0.1:${peer.port}/socket.io/?EIO=4&transport=websocket`;
  const connect = async (userId: string): Promise<RawSocket> => {
    const auth = { token: await tokenOf(userId, secret) };
    return listening(await openWebSocket(url, alive), [`40${JSON.stringify(auth)}`], 1);
  };
  const kept = held.move();
  return {
    ...{ name: 'socket.io', pids: [peer.pid], stores: true, node: true },
    async gather(count, rooms, onConnecting) {
      const users = await makeUsers(pool, count);
      const groups = rooms.map((indices) => indices.map((index) => nth(users, index)));
      const ids = await makeConversations(pool, groups);
      await pool.query('analyze');
      const connected = await connectAll([peer.pid], users, connect, onConnecting);
      const { people } = connected;
      const speak = people.map((each) => speaker(each, answered));
      const room = (indices: readonly number[], n: number) =>
        roomOf(
          pool,
          nth(ids, n),
          indices.map((index) => nth(people, index)),
          indices.map((index) => nth(speak, index)),
        );
      return gathered(connected, rooms.map(room));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function roomOf(
  pool: pg.Pool,
  conversationId: string,
  members: readonly RawSocket[],
  speak: readonly Speak[],
): Room {
  const call = (member: number, event: string, input: object) =>
    nth(speak, member)((id) => `42${id}${JSON.stringify([event, input])}`);
  return {
    members,
    say: (member, content) => call(member, 'say', { conversationId, content }),
    latest: (member) => call(member, 'history', { conversationId }),
    fill: (messages) => makeMessages(pool, conversationId, messages),
  };
}
