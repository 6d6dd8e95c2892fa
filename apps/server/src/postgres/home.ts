import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, realpath, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Account } from './account.ts';
import { codeOf } from './failure.ts';
import { mayUse } from './run.ts';
import { shelter } from './shelter.ts';

/** Where things are: the cluster is PostgreSQL's own directory, the rest stands beside it. */
export interface Home {
  /** The real path of the data directory. */
  path: string;
  cluster: string;
  lock: string;
  password: string;
  log: string;
}

/**
 * Makes the data directory when it is missing. Where PostgreSQL's user cannot reach it (root's own 0700 directory)
 * the data goes to /var/lib/parley and the data directory becomes a link to it.
 */
export async function openHome(dataDir: string, account: Account | undefined): Promise<Home> {
  await mkdir(dirname(dataDir), { recursive: true });
  if (!(await kind(dataDir))) await makeOwn(dataDir, account);
  let path = await realDirectory(dataDir);
  if (account !== undefined && !(await mayUse(account, path))) path = await moveOut(dataDir, path, account);
  return {
    path,
    cluster: join(path, 'cluster'),
    lock: join(path, 'lock'),
    password: join(path, 'password'),
    log: join(path, 'postgres.log'),
  };
}

/** Others may enter, not list, when PostgreSQL runs as somebody else. */
async function makeOwn(path: string, account: Account | undefined): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, account === undefined ? 0o700 : 0o711);
}

async function kind(path: string): Promise<'directory' | 'link' | 'other' | undefined> {
  const found = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  if (found.isSymbolicLink()) return 'link';
  return found.isDirectory() ? 'directory' : 'other';
}

async function realDirectory(dataDir: string): Promise<string> {
  try {
    const path = await realpath(dataDir);
    if ((await kind(path)) === 'directory') return path;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    throw new Error(`unable to start; ${dataDir} is a link to a place that does not exist`, { cause: error });
  }
  throw new Error(`unable to start; ${dataDir} is not a directory`);
}

async function moveOut(dataDir: string, path: string, account: Account): Promise<string> {
  if ((await kind(dataDir)) === 'link' || (await readdir(path)).length > 0) {
    throw new Error(
      `unable to start; the user with id ${account.uid}, as whom PostgreSQL runs, cannot enter ${path}`,
    );
  }
  const name = createHash('sha256').update(path).digest('hex').slice(0, 16);
  const target = join(await shelter('data'), name);
  await setAside(target);
  await makeOwn(target, account);
  await rmdir(path);
  await symlink(target, join(await realpath(dirname(dataDir)), basename(dataDir)));
  return target;
}

/** Data whose link was deleted is not wanted, but one generation is kept: deleting is for people. */
async function setAside(target: string): Promise<void> {
  if ((await kind(target)) === undefined) return;
  await rm(`${target}.previous`, { recursive: true, force: true });
  await rename(target, `${target}.previous`);
}
