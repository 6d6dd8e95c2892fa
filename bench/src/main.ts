import { fanout } from './fanout.ts';
import { redisOutage } from './redis-outage.ts';
import { sends } from './sends.ts';
import { slowReaders } from './slow-readers.ts';

/** Every benchmark by name. */
const benchmarks: Readonly<Record<string, () => Promise<unknown>>> = {
  sends,
  fanout: () => fanout(process.env['ONLY']?.split(',')),
  'redis-outage': redisOutage,
  'slow-readers': slowReaders,
};

const [name] = process.argv.slice(2).filter((argument) => argument !== '--');
const chosen = name === undefined ? Object.keys(benchmarks) : [name];
for (const each of chosen) {
  const benchmark = benchmarks[each];
  if (benchmark === undefined) {
    console.error(`unable to measure ${each}; there are: ${Object.keys(benchmarks).join(', ')}`);
    process.exit(1);
  }
  await benchmark();
}
