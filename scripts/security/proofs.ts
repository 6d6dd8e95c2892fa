import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** A test that proves a row of the table in docs/security.md: it is named `security, <row>: <what>`. */
export interface Proof {
  readonly area: string;
  /** What it shows. */
  readonly what: string;
  readonly file: string;
}

const named = /(["'`])security, ([^:\n]+): (.+?)\1/g;

/** Every such test in the repository, by file. Names are read from the sources, so nothing has to run. */
export async function findProofs(): Promise<Proof[]> {
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.test.ts', '*.test.tsx'];
  const { stdout } = await run('git', listed, { cwd: root });
  const files = [...new Set(stdout.split('\n'))].filter((file) => file !== '').toSorted();
  const found = await Promise.all(
    files.map(async (file) => proofsIn(file, await readFile(join(root, file), 'utf8').catch(() => ''))),
  );
  return found.flat();
}

export function proofsIn(file: string, source: string): Proof[] {
  return [...source.matchAll(named)].map(([, , area = '', what = '']) => ({ area, what, file }));
}
