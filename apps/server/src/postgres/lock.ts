import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { codeOf } from './failure.ts';
import { startOf } from './processes.ts';

const ATTEMPTS = 5;

/**
 * Takes the lock file that says which process uses a data directory, also from an owner that died.
 * @throws {Error} when a living process holds it.
 */
export async function takeLock(file: string, dataDir: string): Promise<AsyncDisposable> {
  const mine = JSON.stringify({ pid: process.pid, start: await startOf(process.pid), id: randomUUID() });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if ((await create(file, mine)) && (await read(file)) === mine) {
      return { [Symbol.asyncDispose]: () => release(file, mine) };
    }
    const theirs = await read(file);
    if (theirs === undefined) continue;
    const owner = await livingOwner(theirs);
    if (owner !== undefined) {
      throw new Error(`unable to start; the data directory ${dataDir} is in use by process ${owner}`);
    }
    await removeStale(file, theirs);
  }
  throw new Error(`unable to start; the data directory ${dataDir} is being taken by another process`);
}

/** Written whole under another name first: a lock file is never seen half written. */
async function create(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, content, { mode: 0o600, flag: 'wx' });
    await link(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function livingOwner(content: string): Promise<number | undefined> {
  const pid = Number(/"pid":(\d+)/.exec(content)?.[1]);
  const start = /"start":"([^"]*)"/.exec(content)?.[1];
  if (!Number.isSafeInteger(pid) || start === undefined) return undefined;
  return (await startOf(pid)) === start ? pid : undefined;
}

/** Two processes may find the same stale file: whoever moved away a fresh one instead puts it back. */
async function removeStale(file: string, stale: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
    if ((await read(aside)) !== stale) await link(aside, file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function release(file: string, mine: string): Promise<void> {
  if ((await read(file)) === mine) await rm(file, { force: true });
}
