import { findProofs } from './proofs.ts';
import { readRows } from './rows.ts';

// Prints what docs/security.md requires, row by row, with the tests that prove it.
const [rows, proofs] = await Promise.all([readRows(), findProofs()]);
const unproved: string[] = [];
for (const { area, required } of rows) {
  const own = proofs.filter((proof) => proof.area === area);
  if (own.length === 0) unproved.push(area);
  const lines = own.map(({ file, what }) => `    ${file}\n        ${what}`);
  console.log([`${area}: ${required}`, ...(own.length === 0 ? ['    no test'] : lines), ''].join('\n'));
}
console.log(`${rows.length} rows, ${proofs.length} tests, ${unproved.length} rows without one`);
if (unproved.length > 0) console.log(`without a test: ${unproved.join(', ')}`);
process.exitCode = unproved.length === 0 ? 0 : 1;
