import { testDatabase } from '@parley/engine/testing';
import { expect, test } from 'vitest';
import { faultsOf, summaryOf } from './report.ts';
import { fuzz } from './run.ts';

const full = process.env['PARLEY_TEST_FULL'] === '1';
const count = full ? 100_000 : 3_000;
const seed = Number(process.env['PARLEY_TEST_SEED'] ?? 1);

test(
  `security, process: ${count} malformed upgrades, frames, messages and requests end nothing, fail nothing and hold up nobody`,
  { timeout: 900_000 },
  async () => {
    await using database = await testDatabase();
    const report = await fuzz({ seed, count, databaseUrl: database.connectionString, say: () => {} });
    console.log(`seed ${seed}\n${summaryOf(report)}`);
    expect(faultsOf(report, full), `seed ${seed}`).toEqual([]);
    expect([...report.cases.values()].reduce((sum, each) => sum + each, 0)).toBe(count);
    // A run that gets nowhere shows nothing.
    expect(report.cases.size).toBe(6);
    const reached = [101, 200, 201, 400, 401, 403, 404, 405, 413, 415];
    expect(reached.filter((status) => !report.answers.has(status))).toEqual([]);
    expect(report.bystanding.sent).toBeGreaterThan(5);
  },
);
