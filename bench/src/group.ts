import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@parley/contract';
import { hearing } from './fanout.ts';
import type { RunOptions } from './options.ts';
import { type Figure, inTurn, Report, type Sample } from './report.ts';
import { marked } from './sockets/raw-socket.ts';
import { quantileOf } from './statistics.ts';
import { nth } from './systems/gathering.ts';
import { type Group, makeGroup } from './systems/parley-group.ts';

const members = Number(process.env['N'] ?? 10_000);
const online = Number(process.env['O'] ?? 2_000);
const windowMs = Number(process.env['W'] ?? 10_000);
const rounds = 3;
/** Messages that are said in the group meanwhile. */
const perSecond = 20;
const insistMs = 60_000;

const once = { unit: 'ms', better: 'less', digits: 1 } as const;
const figures = {
  'said until the last one has it': once,
  'said until the receipts of all are in': { unit: 's', better: 'less', digits: 1 },
  'sends before, p50': once,
  'sends before, p99': once,
  'sends during the receipts, p50': once,
  'sends during the receipts, p99': once,
  'p99 of sends during the receipts, beside before': { unit: 'times', better: 'less', digits: 2 },
} satisfies Readonly<Record<string, Figure>>;

/**
 * A large group: what it costs to make, how soon a message reaches those who are connected, how soon all their receipts are
 * in, and what a stream of sends in the group feels of that.
 */
export async function group({ profile }: RunOptions): Promise<Report> {
  await using made = await makeGroup(members, online, profile);
  const report = new Report('group', [
    `A group of ${members.toLocaleString('en')}, ${online.toLocaleString('en')} of them connected. Somebody says something; each of those acknowledges it and then reads`,
    `it, at moments within ten seconds as clients do, or at once. Meanwhile, and for as long before, ${perSecond} messages a second are said by`,
    'others, timed from when each was to be sent until it was acknowledged. Median (least to most) of three rounds.',
  ]);
  report.add('making it', makingFigures, new Map([['Parley', [await making(made)]]]));
  const cases = { 'receipts within 10 s': 10_000, 'receipts all at once': 0 };
  for (const [name, spreadMs] of Object.entries(cases)) {
    const samples = await inTurn([{ name: 'Parley' }], rounds, () => measure(made, spreadMs));
    report.add(name, figures, samples);
  }
  if (made.online.some(({ closed }) => closed)) throw new Error('somebody was cut off');
  return report;
}

const makingFigures = {
  '100 members added, p50': once,
  '100 members added, slowest': once,
  'all members added': { unit: 's', better: 'less', digits: 1 },
  'all who are connected have connected': { unit: 's', better: 'less', digits: 1 },
  'a page of 100 members, p50': once,
  'the receipts of a message, p50': once,
} satisfies Readonly<Record<string, Figure>>;

async function making(made: Group): Promise<Sample> {
  const messageId = newId();
  await send(made, 0, messageId);
  const pages = await timed(made, `/conversations/${made.conversationId}/members?limit=100`);
  const receipts = await timed(made, `/messages/${messageId}/receipts`);
  const adding = made.adding.length === 0 ? [0] : made.adding;
  return {
    '100 members added, p50': quantileOf(adding, 0.5),
    '100 members added, slowest': Math.max(...adding),
    'all members added': adding.reduce((sum, ms) => sum + ms, 0) / 1_000,
    'all who are connected have connected': made.connectingSeconds,
    'a page of 100 members, p50': quantileOf(pages, 0.5),
    'the receipts of a message, p50': quantileOf(receipts, 0.5),
  };
}

async function timed({ get }: Group, path: string): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < 20; n += 1) all.push((await get(path)).ms);
  return all;
}

function send({ speak, conversationId }: Group, person: number, id = newId()): Promise<void> {
  const input = { conversationId, content: marked(100), id };
  return nth(
    speak,
    person,
  )((call) => ({ id: call, method: 'mutation', params: { path: 'messages.send', input } }));
}

/** Says something and has everybody's receipts come in, while others go on talking. */
async function measure(made: Group, spreadMs: number): Promise<Sample> {
  const before = await talk(made, sleep(windowMs));
  const heard = hearing(made.online.slice(1));
  const messageId = newId();
  const from = performance.now();
  await send(made, 0, messageId);
  await heard.until(made.online.length - 1);
  const reached = performance.now() - from;
  heard.stop();
  const position = await positionOf(made, messageId);
  const receipts = acknowledgeAll(made, position, spreadMs)
    .then(() => untilAllRead(made, position))
    .then(() => performance.now() - from);
  const during = await talk(made, Promise.all([receipts, sleep(windowMs)]));
  return {
    'said until the last one has it': reached,
    'said until the receipts of all are in': (await receipts) / 1_000,
    'sends before, p50': quantileOf(before, 0.5),
    'sends before, p99': quantileOf(before, 0.99),
    'sends during the receipts, p50': quantileOf(during, 0.5),
    'sends during the receipts, p99': quantileOf(during, 0.99),
    'p99 of sends during the receipts, beside before': quantileOf(during, 0.99) / quantileOf(before, 0.99),
  };
}

/** Some of those who are connected say something in turn, until something else is done. @returns how long each took */
async function talk(made: Group, until: Promise<unknown>): Promise<number[]> {
  let done = false;
  const ending = until.finally(() => (done = true));
  const delays: number[] = [];
  const sends: Promise<void>[] = [];
  const from = performance.now();
  for (let turn = 0; !done; turn += 1) {
    const at = from + (turn * 1_000) / perSecond;
    await sleep(Math.max(0, at - performance.now()));
    const person = 1 + (turn % Math.min(16, made.online.length - 1));
    sends.push(send(made, person).then(() => void delays.push(performance.now() - at)));
  }
  await ending;
  await Promise.all(sends);
  return delays;
}

/** Everybody who is connected says that the message has come, and then that they have read it. */
async function acknowledgeAll(
  { speak, conversationId }: Group,
  position: number,
  spreadMs: number,
): Promise<void> {
  const marks = { marks: [{ conversationId, position }] };
  await Promise.all(
    speak.map(async (say) => {
      const [first, second] = [Math.random() * spreadMs, Math.random() * spreadMs].toSorted((a, b) => a - b);
      const tell = (path: string, input: object) =>
        untilTaken(() => say((id) => ({ id, method: 'mutation', params: { path, input } })));
      await sleep(first);
      await tell('receipts.delivered', marks);
      await sleep((second ?? 0) - (first ?? 0));
      await tell('messages.markRead', { conversationId, position });
    }),
  );
}

/** Says something again that a server was too busy for, as clients do. */
async function untilTaken(say: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + insistMs;
  for (;;) {
    try {
      return await say();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(1_000 * Math.random());
    }
  }
}

async function positionOf({ pool }: Group, messageId: string): Promise<number> {
  const { rows } = await pool.query<{ position: string }>('select position from messages where id = $1', [
    messageId,
  ]);
  return Number(nth(rows, 0).position);
}

/** What is acknowledged is stored: it is only looked at. */
async function untilAllRead(
  { pool, conversationId, online: connected }: Group,
  position: number,
): Promise<void> {
  const { rows } = await pool.query<{ count: string }>(
    `select count(*) from members where conversation_id = $1 and read_position >= $2
     and greatest(delivered_position, read_position) >= $2`,
    [conversationId, position],
  );
  const count = Number(nth(rows, 0).count);
  if (count < connected.length) throw new Error(`${count} of ${connected.length} receipts are in`);
}
