import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import type { Log } from '../log.ts';
import { answeringPool } from './answering-pool.ts';
import type { Tables } from './tables.ts';
import { serverTimeouts, takesTimeouts } from './timeouts.ts';

/** A pool or a transaction. */
export type Database = Kysely<Tables>;
/** What a query that takes a lock needs. */
export type Locking = Transaction<Tables>;

/** How many connections a pool has, and how many callers wait for one. */
export type PoolUse = Pick<pg.Pool, 'totalCount' | 'idleCount' | 'waitingCount'>;

export interface DatabaseOptions {
  /** What serves people waits for nothing long; a migration may take as long as its data needs. Serving unless told. */
  readonly purpose?: 'serving' | 'migrating';
  /** Called with the pool when it is opened. */
  readonly onPool?: (pool: PoolUse) => void;
}

/** What the log calls something PostgreSQL says beside its answers. */
export const databaseNotice = 'database notice';

const int8 = 20;
const connectMs = 5_000;
/** For a link that swallows packets: the server's own timeouts cannot be heard through it. */
const queryMs = 15_000;

/**
 * Opens a pool; `destroy()` on what it gives closes it. Connections are made when first needed, so this never fails.
 * @param size connections at most
 */
export function openDatabase(
  connectionString: string,
  size: number,
  log: Log,
  { purpose = 'serving', onPool }: DatabaseOptions = {},
): Database {
  const base = {
    connectionString,
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    application_name: 'parley',
    types: { getTypeParser },
  };
  const open = async (): Promise<pg.Pool> => {
    const pool = new pg.Pool({ ...base, max: size, ...(purpose === 'serving' ? await limits() : {}) });
    // Without these listeners a connection that breaks while idle, or between two statements, ends the process.
    // One that is being closed may be lost as well, when the server stops right after: that is no news.
    const lost = (error: Error, what: string): void => {
      if (!pool.ending) log.warn({ err: error }, what);
    };
    pool.on('error', (error) => lost(error, 'idle database connection lost'));
    pool.on('connect', (client) => {
      client.on('error', (error) => lost(error, 'database connection lost'));
      client.on('notice', ({ message }) => log.debug({ notice: message }, databaseNotice));
    });
    onPool?.(pool);
    return pool;
  };
  /** Every wait on the database ends: for a connection, for a lock, for a statement, for the next statement. */
  const limits = async (): Promise<pg.PoolConfig> => {
    const timeouts = { query_timeout: queryMs };
    return (await takesTimeouts(base, log)) ? { ...timeouts, ...serverTimeouts } : timeouts;
  };
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: async () => answeringPool(await open()) }),
  });
}

function getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
  if (oid === int8) return Number;
  return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text');
}
