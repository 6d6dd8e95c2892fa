import type { Log } from '@parley/engine';
import { join } from 'node:path';
import type { DatabaseConfig } from '../config.ts';
import { Demo } from '../demo/demo.ts';
import { startEmbeddedPostgres } from '../postgres/embedded.ts';

/** The database that a script works on. */
export interface Target extends AsyncDisposable {
  readonly config: DatabaseConfig;
  readonly connectionString: string;
  /** For people: without a password. */
  readonly name: string;
  readonly log: Log;
}

/** Scripts say themselves what they did. */
const log: Log = {
  debug() {},
  info() {},
  warn: (_details, message) => void process.stderr.write(`parley: ${message}\n`),
  error: (_details, message) => void process.stderr.write(`parley: ${message}\n`),
};

/**
 * The configured database, or the embedded one, which is started for as long as the script runs.
 * @throws Error when the embedded one is in use by a running server
 */
export async function openTarget(config: DatabaseConfig): Promise<Target> {
  const { databaseUrl, dataDir, demo } = config;
  if (databaseUrl !== null) {
    const { host, pathname } = new URL(databaseUrl);
    const name = `${pathname.slice(1)} at ${host}`;
    return { config, connectionString: databaseUrl, name, log, [Symbol.asyncDispose]: async () => {} };
  }
  const databaseDir = join(dataDir, 'postgres');
  // A database that a script makes is as new to the next start as one that the start makes.
  await Demo.open(dataDir, databaseDir, demo);
  const postgres = await startEmbeddedPostgres({ dataDir: databaseDir }).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    const inUse = / is in use by process (\d+)$/.exec(message)?.[1];
    if (inUse === undefined) throw error;
    throw new Error(
      `unable to open the embedded database; Parley is running on it as process ${inUse}: stop it first`,
      { cause: error },
    );
  });
  return {
    config,
    connectionString: postgres.connectionString,
    name: `the embedded database in ${databaseDir}`,
    log,
    [Symbol.asyncDispose]: () => postgres[Symbol.asyncDispose](),
  };
}
