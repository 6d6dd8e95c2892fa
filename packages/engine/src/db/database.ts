import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import type { Log } from '../log.ts';
import type { Tables } from './tables.ts';

/** A pool or a transaction. */
export type Database = Kysely<Tables>;
/** What a query that takes a lock needs. */
export type Locking = Transaction<Tables>;

const int8 = 20;

/** Every wait on the database ends: for a connection, for a lock, for a statement, for the next statement. */
const serving = {
  connectionTimeoutMillis: 5_000,
  lock_timeout: 5_000,
  statement_timeout: 10_000,
  idle_in_transaction_session_timeout: 10_000,
  // For a link that swallows packets: the server's own timeouts cannot be heard through it.
  query_timeout: 15_000,
};

/** A migration may take as long as its data needs; only reaching the server has a deadline. */
const migrating = { connectionTimeoutMillis: 5_000 };

/**
 * Opens a pool; `destroy()` on what it gives closes it. Connections are made when first needed, so this never fails.
 * @param size connections at most
 */
export function openDatabase(
  connectionString: string,
  size: number,
  log: Log,
  purpose: 'serving' | 'migrating' = 'serving',
): Database {
  const types = {
    getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
      if (oid === int8) return Number;
      return format === 'binary'
        ? pg.types.getTypeParser(oid, 'binary')
        : pg.types.getTypeParser(oid, 'text');
    },
  };
  const pool = new pg.Pool({
    connectionString,
    max: size,
    keepAlive: true,
    application_name: 'parley',
    types,
    ...(purpose === 'serving' ? serving : migrating),
  });
  // Without these listeners a connection that breaks while idle, or between two statements, ends the process.
  pool.on('error', (error) => log.warn({ err: error }, 'idle database connection lost'));
  pool.on('connect', (client) => {
    client.on('error', (error) => log.warn({ err: error }, 'database connection lost'));
  });
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}
