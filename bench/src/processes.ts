import { fanoutFigures, measureFanout } from './fanout.ts';
import { inTurn, Report } from './report.ts';
import { measureSends, sendFigures, senders } from './sends.ts';
import { nth } from './systems/gathering.ts';
import { parley } from './systems/parley.ts';
import type { Gathering, System } from './systems/system.ts';

const counts = [1, 2];
const receivers = 1_000;
const rounds = 3;

interface Subject {
  readonly name: string;
  readonly system: System;
  readonly gathering: Gathering;
}

/**
 * One process and two, on the same core: what it costs to have another one, apart from what the machine can do. On cores of
 * their own they do as much more as the processor time per send and per delivery stays the same.
 */
export async function processes(): Promise<Report> {
  await using systems = new AsyncDisposableStack();
  using held = new DisposableStack();
  const report = new Report('processes', [
    'Server processes over one PostgreSQL and one Redis, all on the first core together; people connect to them in turn.',
    'Processor time is of all of them together. Median (least to most) of three windows.',
  ]);
  const everybody = Array.from({ length: receivers + 1 }, (_each, index) => index);
  const rooms = [...everybody.slice(0, senders).map((index) => [index]), everybody];
  const subjects: Subject[] = [];
  for (const count of counts) {
    const name = count === 1 ? 'one process' : `${count} processes`;
    const system = systems.use(await parley({ name, processes: count }));
    subjects.push({ name, system, gathering: held.use(await system.gather(everybody.length, rooms)) });
  }
  const sending = { name: '64 senders, own rooms', senders, each: 1, together: false };
  report.add(
    sending.name,
    sendFigures,
    await inTurn(subjects, rounds, (subject) => measureSends(subject, sending)),
  );
  for (const inFlight of [1, 16]) {
    const measure = ({ name, system, gathering }: Subject) =>
      measureFanout({ name, system, room: nth(gathering.rooms, senders) }, inFlight);
    const name = `${receivers.toLocaleString('en')} receivers, ${inFlight} in flight`;
    report.add(name, fanoutFigures, await inTurn(subjects, rounds, measure));
  }
  return report;
}
