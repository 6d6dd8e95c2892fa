import pg from 'pg';
import type { Log } from '../log.ts';

/** Limits that PostgreSQL keeps for us, in milliseconds. They are told to it when a connection is made. */
export const serverTimeouts = {
  lock_timeout: 5_000,
  statement_timeout: 10_000,
  idle_in_transaction_session_timeout: 10_000,
};

const protocolViolation = '08P01';

/**
 * Whether the other side takes settings when a connection is made. PgBouncer refuses them, and in transaction mode a
 * setting made later would not stay with the client that made it; the role has to have them there.
 * @throws when no connection can be made
 */
export async function takesTimeouts(config: pg.ClientConfig, log: Log): Promise<boolean> {
  if (await connects({ ...config, ...serverTimeouts })) return true;
  const role = new pg.Client(config);
  await role.connect();
  try {
    const { rows } = await role.query<{ kept: string }>(
      `select current_setting('statement_timeout') as kept`,
    );
    if (rows[0]?.kept === '0') {
      log.warn(
        {},
        'the database is behind PgBouncer and its role has no timeouts: see PgBouncer in docs/operations.md',
      );
    }
  } finally {
    await role.end();
  }
  return false;
}

async function connects(config: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(config);
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === protocolViolation) return false;
    throw error;
  }
  await client.end();
  return true;
}
