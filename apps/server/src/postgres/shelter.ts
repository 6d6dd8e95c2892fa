import { chmod, lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const SHELTER = '/var/lib/parley';

/**
 * A place that root owns and every user may enter, for what PostgreSQL's user cannot reach where it is.
 * @throws {Error} when others could have prepared it.
 */
export async function shelter(...names: string[]): Promise<string> {
  let made = await mkdir(SHELTER, { recursive: true, mode: 0o755 });
  // A umask of 077 would close what was just made.
  if (made !== undefined) await chmod(SHELTER, 0o755);
  let path = SHELTER;
  await mustBeRoots(path);
  for (const name of names) {
    path = join(path, name);
    made = await mkdir(path, { recursive: true });
    if (made !== undefined) await chmod(path, 0o755);
    await mustBeRoots(path);
  }
  return path;
}

/** Owned by root, no symbolic link, and nobody else may write to it. */
export async function mustBeRoots(path: string): Promise<void> {
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== 0 || (found.mode & 0o022) !== 0) {
    throw new Error(`unable to start; ${path} is not a directory that root alone may change`);
  }
}
