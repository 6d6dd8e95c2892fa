import { setTimeout as sleep } from 'node:timers/promises';
import type { RunOptions } from './options.ts';
import { Report, type Sample } from './report.ts';
import { everyone, startSystems } from './systems/all.ts';
import { collectGarbage } from './systems/garbage.ts';
import { residentBytes } from './systems/processes.ts';
import type { System } from './systems/system.ts';

/** Enough that a garbage collector's nursery, which grows with the first of them and then no more, is left out. */
const fewer = 1_000;
const more = 2_000;
const roomSize = 50;
const roomsEach = 20;
/** Other garbage collectors than Node's give back what connecting left behind only when nothing goes on, and take their time. */
const settled = { everyMs: 2_000, unchangedMs: 10_000, atMostMs: 60_000 };
/** A change that does not count, as a share of what is held. */
const steady = 0.01;
const figures = { 'memory of the server': { unit: 'kB per connection', better: 'less', digits: 1 } } as const;

/** What a connection holds that nobody speaks on. */
export async function memory(options: RunOptions): Promise<Report> {
  await using systems = await startSystems(everyone, options);
  const report = new Report('memory', [
    `People who are connected, and hear of the ${roomsEach} rooms of ${roomSize} they are in; nobody says anything. Of the growth`,
    `of the server's private memory from ${fewer.toLocaleString('en')} to ${more.toLocaleString('en')} connections, so that what it has anyway does not count: each once the garbage`,
    `of a process of Node was collected, and it has not changed for ${settled.unchangedMs / 1_000} s.`,
  ]);
  using held = new DisposableStack();
  const few = await holding(systems.all, fewer, held);
  const many = await holding(systems.all, more - fewer, held);
  const samples = systems.all.map(({ name }, index): [string, Sample[]] => {
    const bytes = (many[index] ?? Number.NaN) - (few[index] ?? Number.NaN);
    return [name, [{ 'memory of the server': bytes / (more - fewer) / 1_000 }]];
  });
  report.add('idle', figures, new Map(samples));
  return report;
}

/** Has so many more people connect to each server. @returns what each then holds, in bytes */
async function holding(systems: readonly System[], people: number, held: DisposableStack): Promise<number[]> {
  for (const system of systems) held.use(await system.gather(people, roomsFor(people)));
  for (const { node, pids } of systems) {
    if (node) for (const pid of pids) await collectGarbage(pid);
  }
  return Promise.all(systems.map(settledBytes));
}

/** What a server holds once that does not change any more, or for as long as anybody waits for it. */
async function settledBytes({ pids }: System): Promise<number> {
  const { everyMs, unchangedMs, atMostMs } = settled;
  let bytes = await heldBytes(pids);
  for (let waited = 0, unchanged = 0; unchanged < unchangedMs && waited < atMostMs; waited += everyMs) {
    await sleep(everyMs);
    const now = await heldBytes(pids);
    const moved = Math.abs(now - bytes) > bytes * steady;
    unchanged = moved ? 0 : unchanged + everyMs;
    if (moved) bytes = now;
  }
  return heldBytes(pids);
}

async function heldBytes(pids: readonly number[]): Promise<number> {
  const all = await Promise.all(pids.map(residentBytes));
  return all.reduce((sum, each) => sum + each, 0);
}

/** Everybody in so many rooms, with others each time. */
export function roomsFor(people: number): number[][] {
  const count = (people * roomsEach) / roomSize;
  return Array.from({ length: count }, (_, room) =>
    Array.from({ length: roomSize }, (_each, place) => {
      // Each round goes through everybody once, in steps of its own.
      const turn = Math.floor((room * roomSize) / people);
      const start = (room * roomSize) % people;
      return ((start + place) * step(turn, people)) % people;
    }),
  );
}

/** A number that has no divisor in common with another. */
function step(turn: number, people: number): number {
  let candidate = 2 * turn + 1;
  while (divisor(candidate, people) !== 1) candidate += 1;
  return candidate;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
