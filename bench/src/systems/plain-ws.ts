import { openWebSocket } from '../sockets/websocket.ts';
import { connectAll, gathered, nth, roomsOf, roomsWhere } from './gathering.ts';
import { startPeer } from './processes.ts';
import { listening, speaker } from './speaker.ts';
import type { System } from './system.ts';

const answered = /^\{"ack":(\d+)/;

/** `ws` and nothing else: no accounts, no checks beyond the shape, nothing stored. */
export async function plainWs(): Promise<System> {
  const peer = await startPeer('plain-ws');
  return {
    ...{ name: 'plain ws', pids: [peer.pid], stores: false, node: true },
    async gather(count, rooms, onConnecting) {
      const connect = async (own: readonly number[]) =>
        listening(await openWebSocket(`ws://127.0.0.1:${peer.port}/${own.join(',')}`), [], 1);
      const connected = await connectAll([peer.pid], roomsOf(count, rooms), connect, onConnecting);
      const speak = connected.people.map((each) => speaker(each, answered));
      const say = (person: number, room: number, content: string) =>
        nth(speak, person)((id) => ({ id, room: String(room), content }));
      return gathered(connected, roomsWhere(rooms, connected, say));
    },
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
}
