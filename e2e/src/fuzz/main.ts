import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@parley/server/postgres/embedded';
import { faultsOf, summaryOf } from './report.ts';
import { fuzz } from './run.ts';

const usage = 'usage: fuzz [--seed N] [--count 100000] [--from 0]';
/** In a shorter run the code that is compiled for the first time weighs more than all that could be leaked. */
const long = 20_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    count: { type: 'string', default: '100000' },
    from: { type: 'string', default: '0' },
  },
});
const [seed = Number.NaN, count = Number.NaN, from = Number.NaN] = [
  values.seed,
  values.count,
  values.from,
].map(Number);
if (![seed, count, from].every((value) => Number.isSafeInteger(value) && value >= 0)) throw new Error(usage);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const directory = await mkdtemp(join(tmpdir(), 'parley-fuzz-'));
await chmod(directory, 0o711); // as root, PostgreSQL runs as somebody else, and would be given a folder that stays
let faults: string[];
try {
  await using postgres = await startEmbeddedPostgres({ dataDir: join(directory, 'data') });
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const report = await fuzz({ seed, count, from, databaseUrl: postgres.connectionString, say });
  faults = faultsOf(report, count >= long);
  for (const fault of faults.slice(0, 50)) process.stdout.write(`${fault}\n`);
  process.stdout.write(`seed ${seed}\n${summaryOf(report)}\n${faults.length} faults\n`);
} finally {
  await rm(directory, { recursive: true, force: true });
}
process.exit(faults.length === 0 ? 0 : 1);
