import { connects } from './connects.ts';
import { fanout } from './fanout.ts';
import { judge } from './goals.ts';
import { group } from './group.ts';
import { history } from './history.ts';
import { latency } from './latency.ts';
import { list } from './list.ts';
import { memory } from './memory.ts';
import { readOptions, type RunOptions } from './options.ts';
import { processes } from './processes.ts';
import { redisOutage } from './redis-outage.ts';
import { type Measurement, Report } from './report.ts';
import { writeResults } from './results.ts';
import { scale } from './scale.ts';
import { search } from './search.ts';
import { sends } from './sends.ts';
import { slowReaders } from './slow-readers.ts';
import { pin } from './systems/processes.ts';
import { web } from './web.ts';

type Benchmark = (options: RunOptions) => Promise<Report | void>;

/** What `pnpm bench` runs. */
const usual: Readonly<Record<string, Benchmark>> = {
  sends,
  fanout,
  latency,
  memory,
  history,
  list,
  connects,
};
/** What is run by name only. */
const others: Readonly<Record<string, Benchmark>> = {
  group,
  processes,
  scale,
  search,
  'redis-outage': redisOutage,
  'slow-readers': slowReaders,
  web,
};
/** These have several servers or a browser, which are to have the whole machine. */
const unpinned = new Set(['redis-outage', 'slow-readers', 'web']);
const all = { ...usual, ...others };

const { names, options } = readOptions(process.argv.slice(2));
const measurements: Measurement[] = [];
for (const name of names.length === 0 ? Object.keys(usual) : names) {
  const benchmark = all[name];
  if (benchmark === undefined) {
    console.error(`unable to measure ${name}; there are: ${Object.keys(all).join(', ')}`);
    process.exit(1);
  }
  // Whatever is started from here on is there, too, until it is put elsewhere.
  if (!unpinned.has(name)) await pin(process.pid, 1);
  const report = await benchmark(options);
  if (report instanceof Report) measurements.push(...report.measurements);
  // After each, as the next may take long.
  if (options.json !== null) await writeResults(options.json, measurements);
}
console.log('\n## goals\n');
for (const { what, goal, measured, met } of judge(measurements)) {
  console.log(`${met ? 'met    ' : 'NOT MET'}  ${what}: ${goal}; ${measured}`);
}
