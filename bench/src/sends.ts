import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, type Viewer } from '@parley/contract';
import { createEngine, type Engine, memoryBus, migrate } from '@parley/engine';
import { silentLog, testTokens } from '@parley/engine/testing';
import { startEmbeddedPostgres } from '@parley/server/postgres/embedded';
import pg from 'pg';
import { throughput } from './load.ts';
import { spreadOf, spreadText } from './statistics.ts';

const rooms = 64;
const rounds = 5;
const windowSeconds = 2;
const connections = 16;
const inFlights = [1, 16, 64, 256, 1024];
const content = 'x'.repeat(100);

interface Place {
  readonly viewer: Viewer;
  readonly conversationId: string;
}

/**
 * Persisted sends per second: Parley's grouped send beside the same function called with one message per transaction over
 * a pool of connections. One embedded PostgreSQL with fsync on; 64 senders, each in a conversation of their own.
 */
export async function sends(): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  resources.defer(() => rm(dataDir, { recursive: true, force: true }));
  const postgres = resources.use(await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') }));
  const { connectionString } = postgres;
  await migrate(connectionString, silentLog);
  const bus = resources.use(memoryBus());
  const engine = resources.use(
    await createEngine({ database: { connectionString }, bus, tokens: testTokens, log: silentLog }),
  );
  const pool = new pg.Pool({ connectionString, max: connections });
  // A connection may still be closing when the server stops.
  pool.on('error', () => {});
  resources.defer(() => pool.end());
  const places = await openRooms(engine, pool);

  console.log(
    `\nsends: ${rooms} senders in rooms of their own, 100 bytes, fsync on, PostgreSQL on the same machine`,
  );
  console.log(`median (least to most) of ${rounds} windows of ${windowSeconds} s, taken in turn\n`);
  console.log('| in flight | grouped, messages/s | one per transaction, messages/s | ratio |');
  console.log('|---:|---:|---:|---:|');
  for (const inFlight of inFlights) await compare(engine, pool, places, inFlight);
}

async function compare(
  engine: Engine,
  pool: pg.Pool,
  places: readonly Place[],
  inFlight: number,
): Promise<void> {
  const grouped = async (turn: number) => {
    const { viewer, conversationId } = placeAt(places, turn);
    await engine.services.messages.send(viewer, { conversationId, content });
  };
  const single = async (turn: number) => sendAlone(pool, placeAt(places, turn));
  const samples: { grouped: number; single: number }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const sample = {
      grouped: await throughput(grouped, inFlight, windowSeconds),
      single: await throughput(single, inFlight, windowSeconds),
    };
    // The first round warms up.
    if (round > 0) samples.push(sample);
  }
  const cells = [
    String(inFlight),
    spreadText(spreadOf(samples.map((sample) => sample.grouped))),
    spreadText(spreadOf(samples.map((sample) => sample.single))),
    spreadText(spreadOf(samples.map((sample) => sample.grouped / sample.single)), 1),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

function placeAt(places: readonly Place[], turn: number): Place {
  const place = places[turn % places.length];
  if (place === undefined) throw new Error('there are no rooms');
  return place;
}

async function sendAlone(pool: pg.Pool, { viewer, conversationId }: Place): Promise<void> {
  const { rows } = await pool.query<{ outcome: string }>({
    name: 'send-alone',
    text: 'select outcome from send_messages($1, $2, $3, $4, $5, false)',
    values: [[conversationId], [newId()], [viewer.userId], [content], [Buffer.alloc(16)]],
  });
  if (rows[0]?.outcome !== 'stored') throw new Error(`unable to send; ${rows[0]?.outcome}`);
}

async function openRooms(engine: Engine, pool: pg.Pool): Promise<Place[]> {
  const people = Array.from({ length: rooms + 1 }, () => ({ userId: newId(), sessionId: newId() }));
  for (const { userId } of people) {
    await pool.query(`insert into users (id, email, username, password_hash) values ($1, $2, $3, '')`, [
      userId,
      `${userId}@example.com`,
      userId,
    ]);
  }
  const [listener, ...senders] = people;
  if (listener === undefined) throw new Error('there is nobody to write to');
  const places: Place[] = [];
  for (const viewer of senders) {
    const { id } = await engine.services.conversations.create(viewer, { participantIds: [listener.userId] });
    places.push({ viewer, conversationId: id });
  }
  return places;
}
