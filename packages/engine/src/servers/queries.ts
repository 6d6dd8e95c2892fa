import { type Selectable, sql } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import type { ServersTable } from '../db/tables.ts';

/** What a server leaves of itself in the database. */
export type ServerRow = Pick<Selectable<ServersTable>, 'id' | 'bus' | 'host' | 'pid' | 'process_start'>;
export type LivingServer = ServerRow & Pick<Selectable<ServersTable>, 'alive_until'>;

const enlistLock = 7_271_992;

/** Of two servers that enlist at the same time, one waits here and then sees the other's row. */
export async function lockServers(trx: Locking): Promise<void> {
  await sql`select pg_advisory_xact_lock(${enlistLock})`.execute(trx);
}

export async function forgetExpiredServers(trx: Locking): Promise<void> {
  await trx
    .deleteFrom('servers')
    .where('alive_until', '<=', sql<Date>`now()`)
    .execute();
}

export function livingServers(db: Database): Promise<LivingServer[]> {
  return db
    .selectFrom('servers')
    .select(['id', 'bus', 'host', 'pid', 'process_start', 'alive_until'])
    .execute();
}

/** Leaves a sign of life that is good for so long, by the clock of the database. */
export async function upsertServer(db: Database, row: ServerRow, aliveMs: number): Promise<void> {
  const aliveUntil = sql<Date>`now() + make_interval(secs => ${aliveMs / 1000})`;
  await db
    .insertInto('servers')
    .values({ ...row, alive_until: aliveUntil })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ alive_until: aliveUntil }))
    .execute();
}

export async function forgetServer(db: Database, id: string): Promise<void> {
  await db.deleteFrom('servers').where('id', '=', id).execute();
}
