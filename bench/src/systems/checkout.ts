import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** A commit of this repository in a folder of its own, with its packages; gone in the end. */
export interface Checkout extends AsyncDisposable {
  readonly directory: string;
}

/** @throws Error when there is no such commit, or its packages cannot be installed */
export async function checkout(commit: string): Promise<Checkout> {
  const directory = join(await mkdtemp(join(tmpdir(), 'parley-commit-')), 'tree');
  await execute('git', ['worktree', 'add', '--detach', directory, commit], { cwd: repository });
  const remove = async () => {
    await execute('git', ['worktree', 'remove', '--force', directory], { cwd: repository });
    await rm(join(directory, '..'), { recursive: true, force: true });
  };
  try {
    await execute('pnpm', ['install', '--frozen-lockfile'], { cwd: directory });
  } catch (error) {
    await remove();
    throw error;
  }
  return { directory, [Symbol.asyncDispose]: remove };
}
