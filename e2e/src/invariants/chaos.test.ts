import { expect, test } from 'vitest';
import { actions } from '../chaos/actions/table.ts';
import { faultsOf, summaryOf } from '../chaos/report.ts';
import { chaos } from '../chaos/run.ts';

const seconds = process.env['PARLEY_TEST_FULL'] === '1' ? 300 : 45;

test('I1 while everything breaks nothing is lost, doubled or out of order, and in the end all show what is stored', async () => {
  const seed = Number(process.env['PARLEY_TEST_SEED'] ?? 1);
  const lines: string[] = [];
  const report = await chaos({ seed, seconds, servers: 3, clients: 24, say: (line) => lines.push(line) });
  console.log(`seed ${seed}\n${summaryOf(report)}`);
  const faults = faultsOf(report);
  expect(faults, [...faults.slice(0, 6), ...lines].join('\n')).toEqual([]);
  // A run in which nothing happened shows nothing.
  const { ledger } = report;
  expect(ledger.acked).toBeGreaterThan(seconds);
  expect(ledger.deliveries).toBeGreaterThan(ledger.acked);
  expect(ledger.faults.size).toBeGreaterThan(5);
  expect(ledger.reconnects).toBeGreaterThan(10);
  const undone = Object.keys(actions).filter((name) => ledger.tries(name).done === 0);
  expect(undone.filter((name) => ledger.tries(name).idle < 20)).toEqual([]);
}, 900_000);
