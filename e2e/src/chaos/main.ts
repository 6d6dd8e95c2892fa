import { parseArgs } from 'node:util';
import { faultsOf, passed, summaryOf } from './report.ts';
import { chaos } from './run.ts';

const usage = 'usage: chaos [--seed N] [--minutes M] [--servers 3] [--clients 40] [--json]';

function readOptions() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      minutes: { type: 'string', default: '1' },
      servers: { type: 'string', default: '3' },
      clients: { type: 'string', default: '40' },
      json: { type: 'boolean', default: false },
    },
  });
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  const [minutes, servers, clients] = [values.minutes, values.servers, values.clients].map(Number);
  const fine = (value: number | undefined, most: number): value is number =>
    value !== undefined && value > 0 && value <= most;
  if (!Number.isInteger(seed) || !fine(minutes, 600) || !fine(servers, 8) || !fine(clients, 200))
    throw new Error(usage);
  return { seed, seconds: minutes * 60, servers, clients, json: values.json };
}

const { json, ...options } = readOptions();
// Ending at once ends what belongs to this process, too: servers and databases are tied to it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const report = await chaos({ ...options, say: (line) => process.stderr.write(`${line}\n`) });
const faults = faultsOf(report);
if (json) {
  const { ledger, ...rest } = report;
  const { healed, acked, deliveries, reconnects } = ledger;
  const operations = Object.fromEntries(ledger.operations);
  const sent = ledger.sent.size;
  const told = {
    seed: options.seed,
    ...rest,
    sent,
    acked,
    deliveries,
    reconnects,
    operations,
    healed,
  };
  process.stdout.write(`${JSON.stringify({ ...told, faults: Object.fromEntries(ledger.faults) })}\n`);
} else {
  for (const fault of faults.slice(0, 50)) process.stdout.write(`${fault}\n`);
  process.stdout.write(`seed ${options.seed}\n${summaryOf(report)}\n`);
}
process.exit(passed(report) ? 0 : 1);
