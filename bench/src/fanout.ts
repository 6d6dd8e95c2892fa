import { newId } from '@parley/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCrowd } from './crowd.ts';
import { cpuSeconds, pin, startPeer } from './processes.ts';
import { mark, RawSocket } from './raw-socket.ts';
import { startMeasuredServer } from './server.ts';
import { quantileOf, spreadOf, spreadText } from './statistics.ts';

const sizes = [100, 1_000];
const inFlights = [1, 16];
const rounds = 3;
const windowMs = 3_000;
const content = mark.padEnd(100, 'x');
const quietMs = 20_000;

/** One server with its receivers connected, and somebody who speaks. */
interface Room extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  readonly receivers: readonly RawSocket[];
  /** Says something; resolves once the server has answered. */
  say(): Promise<void>;
}

interface Sample {
  readonly deliveriesPerSecond: number;
  readonly cpuPerMillion: number;
  /** From saying something until the last one has it, in milliseconds; one at a time only. */
  readonly delays: readonly number[];
}

/**
 * What it costs to bring one message to many, each on a socket of their own: Parley on its whole path (signed in, checked,
 * stored, through Redis) beside servers that store nothing. Server CPU as the operating system counts it; the server alone on
 * the first core, everything else on the second.
 */
export async function fanout(): Promise<void> {
  await pin(process.pid, 1);
  console.log(
    `\nfanout: 100 characters to everybody in a room; median (least to most) of ${rounds} windows of`,
  );
  console.log(
    `${windowMs / 1_000} s, the servers in turn; "to all" is from saying it until the last one has it\n`,
  );
  console.log(
    '| receivers | in flight | server | CPU s per million | x plain ws | deliveries/s | to all p50, ms | p99 |',
  );
  console.log('|---:|---:|---|---:|---:|---:|---:|---:|');
  for (const size of sizes) {
    await using held = new AsyncDisposableStack();
    const rooms = [
      held.use(await plainWs(size)),
      held.use(await stockTrpc(size)),
      held.use(await parley(size)),
    ];
    for (const inFlight of inFlights) await compare(rooms, size, inFlight);
  }
}

async function compare(rooms: readonly Room[], size: number, inFlight: number): Promise<void> {
  const samples = rooms.map(() => [] as Sample[]);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, room] of rooms.entries()) {
      const sample = await measure(room, inFlight);
      // The first round warms up.
      if (round > 0) samples[index]?.push(sample);
    }
  }
  const base = samples[0] ?? [];
  for (const [index, room] of rooms.entries()) {
    const own = samples[index] ?? [];
    const delays = own.flatMap((sample) => sample.delays);
    const at = (share: number) => (delays.length === 0 ? '' : quantileOf(delays, share).toFixed(1));
    const ratios = own.map(({ cpuPerMillion }, n) => cpuPerMillion / (base[n]?.cpuPerMillion ?? Number.NaN));
    const cells = [
      ...[size, inFlight, room.name, spreadText(spreadOf(own.map((one) => one.cpuPerMillion)), 2)],
      ...[spreadText(spreadOf(ratios), 2), spreadText(spreadOf(own.map((one) => one.deliveriesPerSecond)))],
      ...[at(0.5), at(0.99)],
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

async function measure(room: Room, inFlight: number): Promise<Sample> {
  const received = () => room.receivers.reduce((sum, each) => sum + each.received, 0);
  const cpu = await cpuSeconds(room.pid);
  const from = performance.now();
  const before = received();
  const delays: number[] = [];
  let said = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < from + windowMs) {
      const start = performance.now();
      said += 1;
      const expected = before + said * room.receivers.length;
      await room.say();
      if (inFlight > 1) continue;
      while (received() < expected) await new Promise((resolve) => setImmediate(resolve));
      delays.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const expected = before + said * room.receivers.length;
  while (received() < expected) {
    if (performance.now() > from + windowMs + quietMs)
      throw new Error(
        `${room.name}: ${expected - received()} of ${expected - before} deliveries are missing`,
      );
    await sleep(5);
  }
  const seconds = (performance.now() - from) / 1_000;
  if (room.receivers.some(({ closed }) => closed)) throw new Error(`${room.name}: a receiver was cut off`);
  const deliveries = received() - before;
  if (deliveries !== said * room.receivers.length) throw new Error(`${room.name}: something came twice`);
  return {
    deliveriesPerSecond: deliveries / seconds,
    cpuPerMillion: (((await cpuSeconds(room.pid)) - cpu) / deliveries) * 1_000_000,
    delays,
  };
}

/** Speaks over a socket of its own, which gets what is said, too, but is not counted. */
async function speaker(url: string, first: readonly string[], frame: (id: number) => string) {
  const waiting = new Map<number, () => void>();
  let last = 10;
  const socket = await RawSocket.open(url, (bytes) => {
    for (const [, ack, id] of bytes
      .toString('latin1')
      .matchAll(/"(?:ack":(\d+)|id":(\d+),"(?:result|error)")/g)) {
      const key = Number(ack ?? id);
      waiting.get(key)?.();
      waiting.delete(key);
    }
  });
  for (const text of first) socket.send(text);
  return {
    socket,
    say(): Promise<void> {
      last += 1;
      const id = last;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(id, resolve);
      socket.send(frame(id));
      return promise;
    },
  };
}

async function roomOf(
  name: string,
  pid: number,
  urls: readonly { readonly url: string; readonly first: readonly string[] }[],
  frame: (id: number) => string,
  speaks: { readonly url: string; readonly first: readonly string[] },
): Promise<Room> {
  await pin(pid, 0);
  const receivers: RawSocket[] = [];
  for (const { url, first } of urls) {
    const socket = await RawSocket.open(url);
    for (const text of first) socket.send(text);
    receivers.push(socket);
  }
  const speaking = await speaker(speaks.url, speaks.first, frame);
  const say = () => speaking.say();
  // Until everybody listens, what is said reaches not all of them.
  await say();
  await sleep(2_000);
  await say();
  await sleep(1_000);
  return {
    ...{ name, pid, receivers, say },
    async [Symbol.asyncDispose]() {
      for (const each of [speaking.socket, ...receivers]) each[Symbol.dispose]();
    },
  };
}

async function plainWs(size: number): Promise<Room> {
  await using held = new AsyncDisposableStack();
  const { pid, port } = held.use(await startPeer('plain-ws'));
  const here = { url: `ws://127.0.0.1:${port}/`, first: [] };
  const frame = (id: number) => JSON.stringify({ id, content });
  return owning(
    held,
    await roomOf(
      'plain ws',
      pid,
      Array.from({ length: size }, () => here),
      frame,
      here,
    ),
  );
}

async function stockTrpc(size: number): Promise<Room> {
  await using held = new AsyncDisposableStack();
  const { pid, port } = held.use(await startPeer('stock-trpc'));
  const url = `ws://127.0.0.1:${port}/`;
  const watch = JSON.stringify({ id: 1, method: 'subscription', params: { path: 'watch' } });
  const frame = (id: number) =>
    JSON.stringify({ id, method: 'mutation', params: { path: 'say', input: { content } } });
  const listeners = Array.from({ length: size }, () => ({ url, first: [watch] }));
  return owning(held, await roomOf('stock tRPC', pid, listeners, frame, { url, first: [] }));
}

async function parley(size: number): Promise<Room> {
  await using held = new AsyncDisposableStack();
  const server = held.use(await startMeasuredServer());
  const { conversationId, tokens } = await makeCrowd(server.pool, server.connectionString, size + 1);
  const url = `${server.url.replace('http', 'ws')}/trpc?connectionParams=1`;
  const signIn = (token: string) => JSON.stringify({ method: 'connectionParams', data: { token } });
  const watch = JSON.stringify({ id: 1, method: 'subscription', params: { path: 'inbox.watch' } });
  const [own = '', ...others] = tokens;
  const listeners = others.map((token) => ({ url, first: [signIn(token), watch] }));
  const frame = (id: number) => {
    const input = { conversationId, content, id: newId() };
    return JSON.stringify({ id, method: 'mutation', params: { path: 'messages.send', input } });
  };
  return owning(held, await roomOf('Parley', server.pid, listeners, frame, { url, first: [signIn(own)] }));
}

/** A room that ends with what it stands on. */
function owning(held: AsyncDisposableStack, room: Room): Room {
  held.use(room);
  const kept = held.move();
  return { ...room, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
