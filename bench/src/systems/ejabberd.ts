import type pg from 'pg';
import { ejabberd as program } from '../../../scripts/services/programs.ts';
import type { RawSocket } from '../sockets/raw-socket.ts';
import { readAnswers } from '../sockets/stanzas.ts';
import { makeAccounts, makeMessages, signIn } from './ejabberd-people.ts';
import { startEjabberd } from './ejabberd-process.ts';
import { connectAll, gathered, nth, roomsOf } from './gathering.ts';
import { startMeasuredPostgres } from './postgres.ts';
import { findOrLeaveOut } from './program.ts';
import { caller } from './speaker.ts';
import type { Room, System } from './system.ts';

/** Somebody who can send stanzas with an id of their own and hear when they are answered. */
interface Speaker {
  readonly name: string;
  readonly send: (stanza: (id: string) => string) => Promise<void>;
}

/**
 * ejabberd, with rooms (MUC) and their archive (MAM) in PostgreSQL. A room sends what one says to everybody, the sender
 * too, which is the only acknowledgement there is. It waits for the archive before, but does not look at what came of it:
 * when PostgreSQL fails, or is silent for 5 s, the message goes out as archived and is not.
 */
export async function ejabberd(): Promise<System | null> {
  const erl = await findOrLeaveOut(program);
  if (erl === null) return null;
  await using held = new AsyncDisposableStack();
  const postgres = held.use(await startMeasuredPostgres());
  const peer = held.use(await startEjabberd(erl, postgres));
  const kept = held.move();
  let gatherings = 0;
  return {
    ...{ name: 'ejabberd', pids: [peer.pid], stores: true, node: false },
    async gather(count, rooms, onConnecting) {
      gatherings += 1;
      const names = Array.from({ length: count }, (_, index) => `g${gatherings}u${index}`);
      const addresses = rooms.map((_, room) => `g${gatherings}r${room}@conference.localhost`);
      await makeAccounts(postgres.pool, names);
      await postgres.pool.query('analyze');
      const own = roomsOf(count, rooms).map((indices) => indices.map((room) => nth(addresses, room)));
      const connected = await connectAll(
        [peer.pid],
        [...names.entries()],
        ([index, name]) => signIn(peer.port, name, nth(own, index)),
        onConnecting,
      );
      const { people } = connected;
      const speakers = people.map((each, index) => speakerOf(each, nth(names, index)));
      const room = (indices: readonly number[], n: number) =>
        roomOf(
          postgres.pool,
          nth(addresses, n),
          indices.map((index) => nth(people, index)),
          indices.map((index) => nth(speakers, index)),
        );
      return gathered(connected, rooms.map(room));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function speakerOf(socket: RawSocket, name: string): Speaker {
  const prefix = `${name}-`;
  const call = caller(socket, (calls) =>
    readAnswers(prefix, (id, error) => (error === null ? calls.answer(id) : calls.fail(id, error))),
  );
  return { name, send: (stanza) => call((id) => stanza(`${prefix}${id}`)) };
}

function roomOf(
  pool: pg.Pool,
  room: string,
  members: readonly RawSocket[],
  speakers: readonly Speaker[],
): Room {
  const names = speakers.map(({ name }) => name);
  const page = `<set xmlns='http://jabber.org/protocol/rsm'><max>50</max><before/></set>`;
  const query = `<query xmlns='urn:xmpp:mam:2'>${page}</query>`;
  return {
    members,
    say: (member, content) =>
      nth(speakers, member).send(
        (id) => `<message to='${room}' type='groupchat' id='${id}'><body>${content}</body></message>`,
      ),
    latest: (member) =>
      nth(speakers, member).send((id) => `<iq to='${room}' type='set' id='${id}'>${query}</iq>`),
    fill: (messages) => makeMessages(pool, room, names, messages),
  };
}
