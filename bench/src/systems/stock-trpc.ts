import { openWebSocket } from '../sockets/websocket.ts';
import { connectAll, gathered, nth, roomsOf, roomsWhere } from './gathering.ts';
import { startPeer } from './processes.ts';
import { listening, speaker } from './speaker.ts';
import type { System } from './system.ts';

const answered = /^\{"id":(\d+),"(result|error)"/;
const firstSubscription = 1_000_000;

/** tRPC's own WebSocket adapter, as its documentation shows it; nothing stored. */
export async function stockTrpc(): Promise<System> {
  const peer = await startPeer('stock-trpc');
  const watch = (room: number) => ({
    id: firstSubscription + room,
    method: 'subscription',
    params: { path: 'watch', input: { room: String(room) } },
  });
  return {
    ...{ name: 'stock tRPC', pids: [peer.pid], stores: false, node: true },
    async gather(count, rooms, onConnecting) {
      const connect = async (own: readonly number[]) =>
        listening(await openWebSocket(`ws://127.0.0.1:${peer.port}/`), own.map(watch), own.length);
      const connected = await connectAll([peer.pid], roomsOf(count, rooms), connect, onConnecting);
      const speak = connected.people.map((each) => speaker(each, answered));
      const say = (person: number, room: number, content: string) =>
        nth(
          speak,
          person,
        )((id) => {
          const params = { path: 'say', input: { room: String(room), content } };
          return { id, method: 'mutation', params };
        });
      return gathered(connected, roomsWhere(rooms, connected, say));
    },
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
}
