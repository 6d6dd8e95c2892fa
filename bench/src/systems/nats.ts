import { freePort } from '../../../apps/server/src/postgres/port.ts';
import { natsServer } from '../../../scripts/services/programs.ts';
import { readPongs } from '../sockets/nats-lines.ts';
import type { RawSocket } from '../sockets/raw-socket.ts';
import { ask, openTcp } from '../sockets/tcp.ts';
import { connectAll, gathered, nth, roomsOf, roomsWhere } from './gathering.ts';
import { findOrLeaveOut, startProgram } from './program.ts';
import { caller } from './speaker.ts';
import type { System } from './system.ts';

/** Nobody asked for it; the server takes it as an answer to its PING all the same. */
const alive = 'PONG\r\n';

/** nats-server, which routes messages between connections and does nothing else: no accounts, nothing stored. */
export async function nats(): Promise<System | null> {
  const program = await findOrLeaveOut(natsServer);
  if (program === null) return null;
  const port = await freePort();
  // Started before it is kept on one core, it would count on all of them.
  const peer = await startProgram([program, '-a', '127.0.0.1', '-p', String(port)], port, {
    GOMAXPROCS: '1',
  });
  const connect = async (own: readonly number[]): Promise<RawSocket> => {
    const socket = await openTcp(port, alive);
    const subscriptions = own.map((room) => `SUB room.${room} ${room}\r\n`).join('');
    await ask(socket, `CONNECT {"verbose":false}\r\n${subscriptions}PING\r\n`, {
      wanted: 'PONG',
      wrong: /-ERR/,
    });
    return socket;
  };
  return {
    ...{ name: 'NATS', pids: [peer.pid], stores: false, node: false },
    async gather(count, rooms, onConnecting) {
      const connected = await connectAll([peer.pid], roomsOf(count, rooms), connect, onConnecting);
      const publish = connected.people.map(publisher);
      const say = (person: number, room: number, content: string) =>
        nth(publish, person)(`room.${room}`, content);
      return gathered(connected, roomsWhere(rooms, connected, say));
    },
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
}

/** Publishes, and asks for a PONG, which comes once what was sent before is with the connections it is for. */
function publisher(socket: RawSocket): (subject: string, content: string) => Promise<void> {
  const waiting: number[] = [];
  const call = caller(socket, (calls) =>
    readPongs(
      () => calls.answer(waiting.shift() ?? 0),
      (line) => calls.fail(waiting.shift() ?? 0, line),
    ),
  );
  return (subject, content) =>
    call((id) => {
      waiting.push(id);
      return `PUB ${subject} ${Buffer.byteLength(content)}\r\n${content}\r\nPING\r\n`;
    });
}
