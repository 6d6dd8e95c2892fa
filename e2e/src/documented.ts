import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs the block of code in docs/features.md that says it is run by a test, against a server, as it stands.
 * @param test the test's name, as the page has it
 * @returns what it printed
 */
export async function runDocumented(test: string, url: string): Promise<string> {
  const page = await readFile(new URL('../../docs/features.md', import.meta.url), 'utf8');
  const marked = page.split(`<!-- e2e/src/${test}.test.ts runs this block as it stands. -->`);
  const [, code] = /^\s*```ts\n(.*?)```/s.exec(marked[1] ?? '') ?? [];
  if (marked.length !== 2 || code === undefined) throw new Error(`there is not one block of ${test}`);
  const file = new URL(`${test}.snippet.ts`, import.meta.url);
  await writeFile(file, code);
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
