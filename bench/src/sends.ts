import type { RunOptions } from './options.ts';
import { repeated } from './repeated.ts';
import { type Figure, inTurn, Report, type Sample } from './report.ts';
import { marked } from './sockets/raw-socket.ts';
import { quantileOf } from './statistics.ts';
import { startSystems, storing } from './systems/all.ts';
import { nth } from './systems/gathering.ts';
import { processorSeconds } from './systems/processes.ts';
import type { Gathering, System } from './systems/system.ts';

export const senders = 64;
const rounds = 3;
const windowMs = Number(process.env['W'] ?? 800);
const warmUpMs = 4_000;
const content = marked(100);
const busiest = { name: 'warming up', senders, each: 4, together: false };
export const sendFigures = {
  'acknowledged sends': { unit: 'per second', better: 'more' },
  'processor time of the server': { unit: 'us per send', better: 'less' },
  'send until acknowledged, p50': { unit: 'ms', better: 'less', digits: 2 },
  'send until acknowledged, p99': { unit: 'ms', better: 'less', digits: 2 },
} satisfies Readonly<Record<string, Figure>>;

export interface SendCase {
  readonly name: string;
  readonly senders: number;
  /** Sends each of them has under way at once. */
  readonly each: number;
  readonly together: boolean;
}

const cases: readonly SendCase[] = [
  { name: '1 sender', senders: 1, each: 1, together: false },
  { name: '16 senders, own rooms', senders: 16, each: 1, together: false },
  { name: '64 senders, own rooms', senders: 64, each: 1, together: false },
  { name: '64 senders, own rooms, 1,024 in flight', senders: 64, each: 16, together: false },
  { name: '16 senders, one room', senders: 16, each: 1, together: true },
  { name: '64 senders, one room', senders: 64, each: 1, together: true },
];

export interface SendSubject {
  readonly name: string;
  readonly system: System;
  readonly gathering: Gathering;
}

/** How many messages a server stores in a second, on the whole path from a client's socket and back. */
export async function sends(options: RunOptions): Promise<Report> {
  await using systems = await startSystems(storing, options);
  using held = new DisposableStack();
  const report = new Report('sends', [
    '100 characters, acknowledged once they are stored; fsync and synchronous_commit on. Every sender is connected and',
    'hears what is said in their rooms. The server alone on the first core; PostgreSQL, Redis and the load on the second.',
    'Median (least to most) of three windows, the servers in turn. What is put off until after a window, as indexing for',
    'search mostly is, is done before the next one begins, and in no figure here.',
  ]);
  const everybody = Array.from({ length: senders }, (_, index) => index);
  const rooms = [...everybody.map((index) => [index]), everybody];
  const subjects: SendSubject[] = [];
  for (const system of systems.all) {
    subjects.push({ name: system.name, system, gathering: held.use(await system.gather(senders, rooms)) });
  }
  // A server that has just been started has compiled little of its code yet.
  for (const subject of subjects) await measureSends(subject, busiest, warmUpMs);
  for (const each of cases) {
    report.add(
      each.name,
      sendFigures,
      await inTurn(subjects, rounds, (subject) => measureSends(subject, each)),
    );
  }
  return report;
}

/** Sends for a while, each sender the next when the one before is acknowledged. */
export async function measureSends(
  { system, gathering }: SendSubject,
  one: SendCase,
  ms = windowMs,
): Promise<Sample> {
  const used = await processorSeconds(system.pids);
  const { delays, seconds } = await repeated(one.senders * one.each, ms, (lane) => {
    const sender = lane % one.senders;
    const [room, member] = one.together ? [senders, sender] : [sender, 0];
    return nth(gathering.rooms, room).say(member, content);
  });
  return {
    'acknowledged sends': delays.length / seconds,
    'processor time of the server':
      (((await processorSeconds(system.pids)) - used) / delays.length) * 1_000_000,
    'send until acknowledged, p50': quantileOf(delays, 0.5),
    'send until acknowledged, p99': quantileOf(delays, 0.99),
  };
}
