import { historyFigures, measureHistory } from './history.ts';
import { listFigures, measureList } from './list.ts';
import type { RunOptions } from './options.ts';
import { inTurn, Report, type Sample } from './report.ts';
import { measureSends, sendFigures, senders } from './sends.ts';
import { nth } from './systems/gathering.ts';
import { parley } from './systems/parley.ts';
import type { Gathering, System } from './systems/system.ts';

const messages = [10_000, 100_000, 1_000_000, 10_000_000];
const conversations = [1_000, 10_000, 100_000, 1_000_000];
const rounds = 3;
const figures = { ...sendFigures, ...historyFigures, ...listFigures };

/**
 * What sending, reading a page and listing cost as more and more is stored: first messages, evenly over the rooms of those
 * who are measured, then conversations of others. Takes about ten minutes.
 */
export async function scale({ profile }: RunOptions): Promise<Report> {
  await using system = await parley({ profile });
  const report = new Report('scale', [
    `${senders} people in a room of their own and one room of all. Median (least to most) of three windows. First messages are added,`,
    'evenly over those rooms, then conversations of other people.',
  ]);
  const everybody = Array.from({ length: senders }, (_, index) => index);
  using gathering = await system.gather(senders, [...everybody.map((index) => [index]), everybody]);
  let stored = 0;
  for (const total of messages) {
    const each = Math.floor((total - stored) / gathering.rooms.length);
    for (const room of gathering.rooms) await room.fill?.(each);
    stored = total;
    await measure(report, `${total.toLocaleString('en')} messages`, system, gathering);
  }
  let made = 0;
  for (const total of conversations) {
    await system.fillWith?.(total - made);
    made = total;
    await measure(report, `${total.toLocaleString('en')} conversations more`, system, gathering);
  }
  return report;
}

async function measure(report: Report, name: string, system: System, gathering: Gathering): Promise<void> {
  const subject = { name: 'Parley', system, gathering };
  const room = nth(gathering.rooms, senders);
  const each = async (): Promise<Sample> => ({
    ...(await measureSends(subject, { name, senders, each: 1, together: false })),
    ...(await measureHistory({ name, system, room }, 1)),
    ...(await measureList({ name, room }, 1)),
  });
  report.add(name, figures, await inTurn([subject], rounds, each));
}
