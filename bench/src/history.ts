import type { RunOptions } from './options.ts';
import { repeated } from './repeated.ts';
import { type Figure, inTurn, Report, type Sample } from './report.ts';
import { quantileOf } from './statistics.ts';
import { startSystems, storing } from './systems/all.ts';
import { nth } from './systems/gathering.ts';
import { processorSeconds } from './systems/processes.ts';
import type { Room, System } from './systems/system.ts';

const readers = 16;
const messages = 100_000;
const rounds = 3;
const windowMs = 1_000;
const warmUpMs = 2_000;
export const historyFigures = {
  pages: { unit: 'per second', better: 'more' },
  'asked until there, p50': { unit: 'ms', better: 'less', digits: 1 },
  'asked until there, p99': { unit: 'ms', better: 'less', digits: 1 },
  'processor time of the server': { unit: 'us per page', better: 'less' },
} satisfies Readonly<Record<string, Figure>>;

export interface HistorySubject {
  readonly name: string;
  readonly system: System;
  readonly room: Room;
}

/** How fast the end of a long conversation is read. */
export async function history(options: RunOptions): Promise<Report> {
  await using systems = await startSystems(storing, options);
  using held = new DisposableStack();
  const report = new Report('history', [
    `The latest 50 of ${messages.toLocaleString('en')} messages, with as many newer ones in another room. Median (least to most) of three`,
    'windows, the servers in turn.',
  ]);
  const everybody = Array.from({ length: readers }, (_, index) => index);
  const subjects: HistorySubject[] = [];
  for (const system of systems.all) {
    const { rooms } = held.use(await system.gather(readers, [everybody, everybody]));
    for (const room of rooms) await room.fill?.(messages);
    subjects.push({ name: system.name, system, room: nth(rooms, 0) });
  }
  // A server that has just been started has compiled little of its code yet.
  for (const subject of subjects) await measureHistory(subject, readers, warmUpMs);
  for (const count of [1, readers]) {
    const name = count === 1 ? 'one reader' : `${count} readers`;
    report.add(name, historyFigures, await inTurn(subjects, rounds, (each) => measureHistory(each, count)));
  }
  return report;
}

/** Reads the latest page again and again, so many members at once. */
export async function measureHistory(
  { name, system, room }: HistorySubject,
  count: number,
  ms = windowMs,
): Promise<Sample> {
  const { latest } = room;
  if (latest === undefined) throw new Error(`${name} has no history`);
  const used = await processorSeconds(system.pids);
  const { delays, seconds } = await repeated(count, ms, latest);
  return {
    pages: delays.length / seconds,
    'asked until there, p50': quantileOf(delays, 0.5),
    'asked until there, p99': quantileOf(delays, 0.99),
    'processor time of the server':
      (((await processorSeconds(system.pids)) - used) / delays.length) * 1_000_000,
  };
}
