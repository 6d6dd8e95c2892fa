import { findProofs, type Proof } from './proofs.ts';
import { readRows } from './rows.ts';

// Prints what docs/security.md requires, row by row, with the tests that prove it.
const [rows, proofs] = await Promise.all([readRows(), findProofs()]);
const byArea = Map.groupBy(proofs, ({ area }) => area);
for (const { area, required } of rows) {
  console.log(`${area}: ${required}\n${listed(byArea.get(area) ?? [])}\n`);
}
const unproved = rows.map(({ area }) => area).filter((area) => !byArea.has(area));
console.log(`${rows.length} rows, ${proofs.length} tests, ${unproved.length} rows without one`);
if (unproved.length > 0) console.log(`without a test: ${unproved.join(', ')}`);
process.exitCode = unproved.length === 0 ? 0 : 1;

function listed(some: readonly Proof[]): string {
  if (some.length === 0) return '    no test';
  const byFile = Map.groupBy(some, ({ file }) => file);
  return [...byFile]
    .flatMap(([file, own]) => [`    ${file}`, ...own.map(({ what }) => `      - ${what}`)])
    .join('\n');
}
