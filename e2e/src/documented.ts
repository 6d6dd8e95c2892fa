import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * A block of code in a page of docs/ that says what is done with it.
 * @param mark what the comment above it says
 * @throws Error when there is not one
 */
export async function documentedBlock(page: string, mark: string): Promise<string> {
  const text = await readFile(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  const marked = text.split(`<!-- ${mark} -->`);
  const [, code] = /^\s*```tsx?\n(.*?)```/s.exec(marked[1] ?? '') ?? [];
  if (marked.length !== 2 || code === undefined) throw new Error(`there is not one block of "${mark}"`);
  return code;
}

/** The block of code in a page of docs/ that says it is run by a test as it stands. */
export function blockToRun(page: string, test: string): Promise<string> {
  return documentedBlock(page, `e2e/src/${test}.test.ts runs this block as it stands.`);
}

/**
 * Runs the block of code in docs/features.md that says it is run by a test, against a server, as it stands.
 * @param test the test's name, as the page has it
 * @returns what it printed
 */
export async function runDocumented(test: string, url: string): Promise<string> {
  const file = new URL(`${test}.snippet.ts`, import.meta.url);
  await writeFile(file, await blockToRun('features.md', test));
  try {
    const { stdout } = await run(process.execPath, ['--conditions=@parley/source', file.pathname], {
      env: { PATH: process.env['PATH'], PARLEY_URL: url },
      timeout: 60_000,
    });
    return stdout;
  } finally {
    await rm(file);
  }
}
