import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const INPUTS = ['apps/web', 'packages/sdk', 'packages/contract', 'scripts/web', 'pnpm-lock.yaml'];
const IGNORED = /(^|\/)(node_modules|dist|testing|\.turbo|coverage)(\/|$)|\.test\.tsx?$/;

/** A hash over all that the web app is built from: contents, as the times of a fresh clone say nothing. */
export async function hashOfInputs(): Promise<string> {
  const hash = createHash('sha256');
  for (const input of INPUTS) {
    for (const file of await filesUnder(join(root, input))) {
      hash.update(`${relative(root, file)}\0`).update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

async function filesUnder(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [path]; // a file itself
  const found: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const inner = join(path, entry.name);
    if (IGNORED.test(relative(root, inner))) continue;
    if (entry.isDirectory()) found.push(...(await filesUnder(inner)));
    else if (entry.isFile()) found.push(inner);
  }
  return found;
}
