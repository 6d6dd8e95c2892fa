import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** The user PostgreSQL runs as where that is not the user Parley runs as. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root. As root it runs as whoever owns the data already, or as `postgres`, or as
 * `nobody` (initdb insists on a user the system knows); otherwise as the user at hand: undefined.
 */
export async function chooseAccount(dataDir: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(join(dataDir, 'cluster')).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const account = (await lookUp('postgres')) ?? (await lookUp('nobody'));
  if (account === undefined) {
    throw new Error(
      'unable to start; PostgreSQL does not run as root, and there is neither a user postgres nor nobody',
    );
  }
  return account;
}

async function lookUp(name: string): Promise<Account | undefined> {
  const ids = await Promise.all(['-u', '-g'].map((which) => exec('id', [which, name]))).catch(
    () => undefined,
  );
  const [uid, gid] = (ids ?? []).map(({ stdout }) => Number(stdout));
  if (uid === undefined || gid === undefined || !(uid > 0)) return undefined;
  return { uid, gid };
}
