import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Mutation } from './mutation.ts';

const root = join(import.meta.dirname, '../..');
const execute = promisify(execFile);

/** A copy of the work tree, so that what is broken on purpose is never in the tree itself. */
export interface Copy extends AsyncDisposable {
  readonly path: string;
  /** Puts a mutation in; returns the undo. @throws Error when its text does not occur exactly once */
  apply(mutation: Mutation): Promise<() => Promise<void>>;
}

export async function copyTree(): Promise<Copy> {
  const path = await mkdtemp(join(tmpdir(), 'parley-mutations-'));
  const { stdout } = await execute('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  const files = stdout.split('\0').filter((file) => file !== '');
  for (const file of files) {
    await mkdir(dirname(join(path, file)), { recursive: true });
    await cp(join(root, file), join(path, file), { verbatimSymlinks: true }).catch(ignoreDeleted);
  }
  // A workspace's own are links to its neighbours, which must be the copies; the root's hold what is installed.
  await symlink(join(root, 'node_modules'), join(path, 'node_modules'));
  const workspaces = files.filter((file) => /^[^/]+(?:\/[^/]+)?\/package\.json$/.test(file)).map(dirname);
  for (const workspace of workspaces) {
    const modules = join(workspace, 'node_modules');
    await cp(join(root, modules), join(path, modules), { recursive: true, verbatimSymlinks: true }).catch(
      ignoreDeleted,
    );
  }
  return {
    path,
    async apply({ file, from, to }) {
      const name = join(path, file);
      const text = await readFile(name, 'utf8');
      if (text.split(from).length !== 2) throw new Error(`${file} does not hold this exactly once: ${from}`);
      await writeFile(
        name,
        text.replace(from, () => to),
      );
      return () => writeFile(name, text);
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

function ignoreDeleted(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
