import { setTimeout as sleep } from 'node:timers/promises';
import type { RunOptions } from './options.ts';
import { repeated } from './repeated.ts';
import { type Figure, Report, type Sample } from './report.ts';
import { marked } from './sockets/raw-socket.ts';
import { quantileOf } from './statistics.ts';
import { type PeerName, startSystems } from './systems/all.ts';
import { nth } from './systems/gathering.ts';
import { processorSeconds } from './systems/processes.ts';
import type { Gathering, Room, System } from './systems/system.ts';

const windowMs = 5_000;
const quietMs = 20_000;
const warmUpMs = 2_000;
const beside: readonly PeerName[] = ['plain-ws', 'stock-trpc', 'socket-io', 'ejabberd'];
const figures = {
  'meant to be sent until heard, p50': { unit: 'ms', better: 'less', digits: 1 },
  p99: { unit: 'ms', better: 'less', digits: 1 },
  'p99.9': { unit: 'ms', better: 'less', digits: 1 },
  'processor time of the server': { unit: 's per million deliveries', better: 'less', digits: 2 },
} satisfies Readonly<Record<string, Figure>>;

interface Case {
  readonly name: string;
  readonly rooms: number;
  readonly members: number;
  readonly perSecond: number;
}

const cases: readonly Case[] = [
  { name: '64 rooms of 2, 300 messages/s in all', rooms: 64, members: 2, perSecond: 300 },
  { name: 'one room of 1,001, 20 messages/s', rooms: 1, members: 1_001, perSecond: 20 },
];

/**
 * How long messages take that come at a fixed rate, whatever becomes of those before them: each is timed from when it was
 * meant to be sent, so that a server that stalls is charged for all that had to wait.
 */
export async function latency(options: RunOptions): Promise<Report> {
  await using systems = await startSystems(beside, options);
  const report = new Report('latency', [
    'Messages at random moments, at a rate that every server can sustain; from when each was meant to be sent until a receiver',
    `has it, over all receivers in ${windowMs / 1_000} s.`,
  ]);
  for (const one of cases) {
    const rooms = Array.from({ length: one.rooms }, (_, room) =>
      Array.from({ length: one.members }, (_each, place) => room * one.members + place),
    );
    const samples = new Map<string, Sample[]>();
    for (const system of systems.all) {
      using gathering = await system.gather(one.rooms * one.members, rooms);
      // A server that has just been started has compiled little of its code yet.
      await repeated(16, warmUpMs, (lane) => nth(gathering.rooms, lane % one.rooms).say(0, 'warming up'));
      for (const each of systems.all) await each.indexed?.();
      samples.set(system.name, [await measure(system, gathering, one, windowMs)]);
    }
    report.add(one.name, figures, samples);
  }
  return report;
}

async function measure({ name, pids }: System, gathering: Gathering, one: Case, ms: number): Promise<Sample> {
  const used = await processorSeconds(pids);
  const delays: number[] = [];
  const listeners = gathering.rooms.flatMap(({ members }) => members.slice(1));
  const hear = (sentAt: number) => delays.push(performance.now() - sentAt);
  for (const each of listeners) each.onMark(hear);
  const said = await sayAtRate(gathering.rooms, one.perSecond, ms);
  const expected = said * (one.members - 1);
  const deadline = performance.now() + quietMs;
  while (delays.length < expected && performance.now() < deadline) await sleep(5);
  for (const each of listeners) each.onMark(null);
  if (delays.length !== expected) throw new Error(`${name}: ${delays.length} of ${expected} were heard`);
  const at = (share: number) => quantileOf(delays, share);
  const cost = (((await processorSeconds(pids)) - used) / expected) * 1_000_000;
  return {
    'meant to be sent until heard, p50': at(0.5),
    p99: at(0.99),
    'p99.9': at(0.999),
    'processor time of the server': cost,
  };
}

/** Says something in one room after another, at moments drawn beforehand. @returns how often */
async function sayAtRate(rooms: readonly Room[], perSecond: number, ms: number): Promise<number> {
  const from = performance.now() + 10;
  const moments: number[] = [];
  for (let at = from; at < from + ms; at += (-Math.log(1 - Math.random()) * 1_000) / perSecond)
    moments.push(at);
  const answers: Promise<void>[] = [];
  for (const [turn, moment] of moments.entries()) {
    await until(moment);
    answers.push(nth(rooms, turn % rooms.length).say(0, marked(100, moment)));
  }
  await Promise.all(answers);
  return moments.length;
}

/** Waits for a moment without keeping the core from others, which timers alone meet within a millisecond only. */
async function until(moment: number): Promise<void> {
  const ahead = moment - performance.now();
  if (ahead > 2) await sleep(ahead - 1);
  while (performance.now() < moment) await new Promise((resolve) => setImmediate(resolve));
}
