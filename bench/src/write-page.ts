import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chartOf, pageWith } from './page.ts';
import { readResults } from './results.ts';

// Writes the chart and the tables of docs/performance.md from docs/performance.json.
const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const results = await readResults(`${docs}performance.json`);
await writeFile(`${docs}images/performance.svg`, chartOf(results));
const page = `${docs}performance.md`;
await writeFile(page, pageWith(results, await readFile(page, 'utf8')));
