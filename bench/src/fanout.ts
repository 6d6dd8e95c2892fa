import type { RunOptions } from './options.ts';
import { type Figure, inTurn, Report, type Sample } from './report.ts';
import { marked, type RawSocket } from './sockets/raw-socket.ts';
import { quantileOf } from './statistics.ts';
import { everyone, startSystems } from './systems/all.ts';
import { nth } from './systems/gathering.ts';
import { processorSeconds } from './systems/processes.ts';
import type { Room, System } from './systems/system.ts';

const sizes = [100, 1_000];
const inFlights = [1, 16];
const rounds = 3;
/** One at a time they are fewer than a hundred a second, of which a p99 would be the worst. */
const windowMs = (inFlight: number): number => (inFlight === 1 ? 3_000 : 1_000);
const content = marked(100);
const quietMs = 20_000;
export const fanoutFigures = {
  'processor time of the server': { unit: 's per million deliveries', better: 'less', digits: 2 },
  deliveries: { unit: 'per second', better: 'more' },
  'said until the last one has it, p50': { unit: 'ms', better: 'less', digits: 1 },
  'said until the last one has it, p99': { unit: 'ms', better: 'less', digits: 1 },
} satisfies Readonly<Record<string, Figure>>;

export interface FanoutSubject {
  readonly name: string;
  readonly system: System;
  readonly room: Room;
}

/**
 * What it costs to bring one message to many, each on a connection of their own. Parley on its whole path (signed in,
 * checked, stored, through Redis), others as they are told to be in `systems/`.
 */
export async function fanout(options: RunOptions): Promise<Report> {
  await using systems = await startSystems(everyone, options);
  const report = new Report('fanout', [
    '100 characters from one to everybody in a room. Median (least to most) of three windows, the servers in turn, each',
    'server alone on the first core. "n in flight" is how many messages are said without waiting for each other. Between',
    'windows what is said is indexed for search.',
  ]);
  for (const size of sizes) {
    using held = new DisposableStack();
    const everybody = Array.from({ length: size + 1 }, (_, index) => index);
    const subjects: FanoutSubject[] = [];
    for (const system of systems.all) {
      const { rooms } = held.use(await system.gather(size + 1, [everybody]));
      subjects.push({ name: system.name, system, room: nth(rooms, 0) });
    }
    for (const inFlight of inFlights) {
      const name = `${size.toLocaleString('en')} receivers, ${inFlight} in flight`;
      report.add(
        name,
        fanoutFigures,
        await inTurn(subjects, rounds, (each) => measureFanout(each, inFlight)),
      );
    }
  }
  return report;
}

/** Has one member of a room say so much at once, again and again, until everybody else has heard it. */
export async function measureFanout(
  { name, system, room }: FanoutSubject,
  inFlight: number,
): Promise<Sample> {
  const [, ...receivers] = room.members;
  const heard = hearing(receivers);
  const used = await processorSeconds(system.pids);
  const from = performance.now();
  const until = from + windowMs(inFlight);
  const delays: number[] = [];
  let said = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < until) {
      const start = performance.now();
      said += 1;
      const expected = said * receivers.length;
      await room.say(0, content);
      if (inFlight > 1) continue;
      await heard.until(expected);
      delays.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  await heard.until(said * receivers.length);
  const seconds = (performance.now() - from) / 1_000;
  const deliveries = heard.stop();
  if (receivers.some(({ closed }) => closed)) throw new Error(`${name}: a receiver was cut off`);
  if (deliveries !== said * receivers.length) throw new Error(`${name}: something came twice`);
  return {
    'processor time of the server': (((await processorSeconds(system.pids)) - used) / deliveries) * 1_000_000,
    deliveries: deliveries / seconds,
    ...(inFlight > 1
      ? {}
      : {
          'said until the last one has it, p50': quantileOf(delays, 0.5),
          'said until the last one has it, p99': quantileOf(delays, 0.99),
        }),
  };
}

/** Counts what several receivers hear, from now on. */
export function hearing(receivers: readonly RawSocket[]) {
  let count = 0;
  let waiting: { readonly target: number; readonly resolve: () => void }[] = [];
  const hear = (messages: number): void => {
    count += messages;
    if (waiting.every(({ target }) => target > count)) return;
    for (const { target, resolve } of waiting) if (target <= count) resolve();
    waiting = waiting.filter(({ target }) => target > count);
  };
  for (const each of receivers) each.onCount(hear);
  return {
    /** Resolves once so many have been heard in all. */
    async until(target: number): Promise<void> {
      if (count >= target) return;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ target, resolve });
      const late = setTimeout(() => reject(new Error(`${count} of ${target} were heard`)), quietMs);
      await promise.finally(() => clearTimeout(late));
    },
    /** @returns how many there were */
    stop(): number {
      for (const each of receivers) each.onCount(null);
      return count;
    },
  };
}
