import type pg from 'pg';
import type { RawSocket } from '../sockets/raw-socket.ts';
import { ask, openTcp } from '../sockets/tcp.ts';

const stream =
  `<stream:stream to='localhost' version='1.0' xmlns='jabber:client'` +
  ` xmlns:stream='http://etherx.jabber.org/streams'>`;
const wrong = /<failure|<stream:error|type='error'/;

/** Makes accounts; the password is the name. */
export async function makeAccounts(pool: pg.Pool, names: readonly string[]): Promise<void> {
  await pool.query('INSERT INTO users (username, password) SELECT n, n FROM unnest($1::text[]) n', [names]);
}

/** Signs somebody in, who then joins rooms; nothing of their past is sent. */
export async function signIn(port: number, name: string, rooms: readonly string[]): Promise<RawSocket> {
  const socket = await openTcp(port);
  await ask(socket, stream, { wanted: '</stream:features>', wrong });
  const plain = Buffer.from(`\0${name}\0${name}`).toString('base64');
  const auth = `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`;
  await ask(socket, auth, { wanted: '<success', wrong });
  await ask(socket, stream, { wanted: '</stream:features>', wrong });
  const bind = `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind>`;
  await ask(socket, `<iq type='set' id='bind'>${bind}</iq>`, { wanted: `id='bind'`, wrong });
  const history = `<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>`;
  const join = rooms.map((room) => `<presence to='${room}/${name}'>${history}</presence>`).join('');
  // A room ends with its subject what it sends to those who join.
  await ask(socket, join, { wanted: '<subject', times: rooms.length, wrong });
  return socket;
}

/**
 * Stores so many messages in a room's archive, a millisecond apart until now, from its members in turn: rows as ejabberd
 * itself writes them.
 */
export async function makeMessages(
  pool: pg.Pool,
  room: string,
  names: readonly string[],
  count: number,
): Promise<void> {
  const xml =
    `<message xml:lang='en' to='%s' from='%s@localhost/bench' type='groupchat' id='filled-%s'` +
    ` xmlns='jabber:client'><body>%s</body></message>`;
  await pool.query(
    `INSERT INTO archive (username, timestamp, peer, bare_peer, xml, txt, kind, nick)
     SELECT $1, (extract(epoch FROM now()) * 1000000)::bigint - ($3 - n) * 1000,
       name || '@localhost/bench', name || '@localhost', format($4, $1::text, name, n, body), body, 'groupchat', name
     FROM generate_series(1, $3::integer) n,
       LATERAL (SELECT ($2::text[])[1 + n % cardinality($2)] AS name, rpad(n::text, 100, 'x') AS body) message`,
    [room, names, count, xml],
  );
}
