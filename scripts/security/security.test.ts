import { expect, test } from 'vitest';
import { findProofs, proofsIn } from './proofs.ts';
import { readRows } from './rows.ts';

const [rows, proofs] = await Promise.all([readRows(), findProofs()]);
const areas = rows.map(({ area }) => area);
const proved = new Set(proofs.map(({ area }) => area));

test('each row of docs/security.md has a test that proves it', () => {
  expect(rows).toHaveLength(21);
  expect(areas.filter((area) => !proved.has(area))).toEqual([]);
});

test('no test names a row that is none', () => {
  expect(proofs.filter(({ area }) => !areas.includes(area))).toEqual([]);
});

test('tests are found by their names, however they are quoted', () => {
  const name = ['security', 'origin: it is so'].join(', ');
  const source = ["'", '"', '`'].map((quote) => `test(${quote}${name}${quote}, () => {});`).join('\n');
  expect(proofsIn('a.test.ts', source)).toEqual(
    Array.from({ length: 3 }, () => ({ area: 'origin', what: 'it is so', file: 'a.test.ts' })),
  );
});
