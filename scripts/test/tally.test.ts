import { expect, test } from 'vitest';
import { Tally } from './tally.ts';

test('the last line is the sum, and what failed stands before it', () => {
  const tally = new Tally();
  tally.add({ passed: 3, failures: [] });
  expect(String(tally)).toBe('3 passed, 0 failed');
  tally.add({ passed: 1, failures: [{ name: 'unit a.test.ts > adds', error: 'not 2\n\n- 2\n+ 3' }] });
  tally.add({ passed: 0, failures: [{ name: 'lint', error: '' }] });
  expect(String(tally).split('\n')).toEqual([
    '',
    'Failed:',
    '✗ unit a.test.ts > adds',
    '    not 2',
    '    - 2',
    '    + 3',
    '✗ lint',
    '',
    '4 passed, 2 failed',
  ]);
});

test('of many failures every name is told', () => {
  const tally = new Tally();
  const failures = Array.from({ length: 40 }, (_, index) => ({ name: `test ${index}`, error: 'no\nno' }));
  tally.add({ passed: 0, failures });
  const lines = String(tally).split('\n');
  expect(lines.filter((line) => line.startsWith('✗'))).toHaveLength(40);
  expect(lines.filter((line) => line === '    no')).toHaveLength(40);
});

test('a run is well when something passed and nothing failed', () => {
  const tally = new Tally();
  expect(tally.ok).toBe(false);
  tally.add({ passed: 1, failures: [] });
  expect(tally.ok).toBe(true);
  tally.add({ passed: 1, failures: [{ name: 'a', error: '' }] });
  expect(tally.ok).toBe(false);
});
