import type { RunOptions } from './options.ts';
import { repeated } from './repeated.ts';
import { type Figure, inTurn, Report, type Sample } from './report.ts';
import { quantileOf } from './statistics.ts';
import { startSystems } from './systems/all.ts';
import { nth } from './systems/gathering.ts';
import type { Room } from './systems/system.ts';

const sizes = [10, 100, 1_000];
const others = 50;
const rounds = 3;
const windowMs = 2_000;
const warmUpMs = 1_500;
export const listFigures = {
  'listed until there, p50': { unit: 'ms', better: 'less', digits: 1 },
  'listed until there, p99': { unit: 'ms', better: 'less', digits: 1 },
} satisfies Readonly<Record<string, Figure>>;

export interface ListSubject {
  readonly name: string;
  readonly room: Room;
}

/** How fast somebody who is in many conversations gets the first page of them. */
export async function list(options: RunOptions): Promise<Report> {
  await using systems = await startSystems([], options);
  const report = new Report('list', [
    'The 50 conversations with the latest activity, with unread numbers and latest messages, of somebody who is in so many.',
    'One at a time, and sixteen at once. Median (least to most) of three windows.',
  ]);
  for (const size of sizes) {
    using held = new DisposableStack();
    const rooms = Array.from({ length: size }, (_, room) => [0, 1 + (room % others)]);
    const subjects: ListSubject[] = [];
    for (const system of systems.all) {
      const gathering = held.use(await system.gather(others + 1, rooms));
      subjects.push({ name: system.name, room: nth(gathering.rooms, 0) });
    }
    // A server that has just been started has compiled little of its code yet.
    for (const subject of subjects) await measureList(subject, 16, warmUpMs);
    for (const atOnce of [1, 16]) {
      const name = `${size.toLocaleString('en')} conversations, ${atOnce} at once`;
      report.add(name, listFigures, await inTurn(subjects, rounds, (each) => measureList(each, atOnce)));
    }
  }
  return report;
}

/** Lists again and again, so many times at once. */
export async function measureList(
  { name, room }: ListSubject,
  atOnce: number,
  ms = windowMs,
): Promise<Sample> {
  const { list: listed } = room;
  if (listed === undefined) throw new Error(`${name} has no list`);
  const { delays } = await repeated(atOnce, ms, () => listed(0));
  return {
    'listed until there, p50': quantileOf(delays, 0.5),
    'listed until there, p99': quantileOf(delays, 0.99),
  };
}
