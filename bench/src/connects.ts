import type { RunOptions } from './options.ts';
import { roomsFor } from './memory.ts';
import { type Figure, Report, type Sample } from './report.ts';
import { startSystems } from './systems/all.ts';
import type { System } from './systems/system.ts';

const people = 10_000;
const figures = {
  connects: { unit: 'per second', better: 'more' },
  'processor time of the server': { unit: 'us per connect', better: 'less' },
  'delay of its event loop, p99': { unit: 'ms', better: 'less', digits: 1 },
} satisfies Readonly<Record<string, Figure>>;

/** How fast many people come back, as after a restart. */
export async function connects(options: RunOptions): Promise<Report> {
  await using systems = await startSystems(['plain-ws', 'socket-io'], options);
  const report = new Report('connects', [
    `${people.toLocaleString('en')} people, each in 20 rooms of 50, connect 32 at a time: until each has been told where all of theirs stand.`,
    'Once, without warming up.',
  ]);
  const samples = new Map<string, Sample[]>();
  for (const system of systems.all) samples.set(system.name, [await measure(system)]);
  report.add('everybody at once', figures, samples);
  return report;
}

async function measure(system: System): Promise<Sample> {
  using gathering = await system.gather(people, roomsFor(people), async () => {
    await system.eventLoopDelay?.();
  });
  const delay = await system.eventLoopDelay?.();
  return {
    connects: people / gathering.connecting.seconds,
    'processor time of the server': (gathering.connecting.processorSeconds / people) * 1_000_000,
    ...(delay === undefined ? {} : { 'delay of its event loop, p99': delay }),
  };
}
