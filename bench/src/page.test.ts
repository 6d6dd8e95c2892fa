import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { judge } from './goals.ts';
import { chartOf, pageWith } from './page.ts';
import { readResults } from './results.ts';

const docs = new URL('../../docs/', import.meta.url);
const read = (name: string) => readFile(new URL(name, docs), 'utf8');
/** Tables are aligned when they are formatted. */
const unaligned = (text: string) => text.replaceAll(/[ -]+/g, '');

test('the page and its chart say what the results say', async () => {
  const results = await readResults(new URL('performance.json', docs).pathname);
  const page = await read('performance.md');
  expect(unaligned(page)).toBe(unaligned(pageWith(results, page)));
  expect(await read('images/performance.svg')).toBe(chartOf(results));
  expect(page).toContain(results.commit);
});

test('every goal was measured, and a goal can be missed', async () => {
  const { measurements } = await readResults(new URL('performance.json', docs).pathname);
  const judged = judge(measurements);
  expect(judged).toHaveLength(27);
  const slower = measurements.map((each) => ({
    ...each,
    systems: each.systems.map((system) =>
      system.system === 'Parley'
        ? { ...system, median: each.better === 'less' ? (system.median + 1) * 1_000 : system.median / 1_000 }
        : system,
    ),
  }));
  expect(judge(slower).filter(({ met }) => met)).toEqual([]);
});
