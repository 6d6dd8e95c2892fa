import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@parley/server/postgres/embedded';
import pg from 'pg';
import { pin } from './processes.ts';

/** A PostgreSQL with its ordinary settings, fsync and synchronous_commit on, on the second core. */
export interface MeasuredPostgres extends AsyncDisposable {
  readonly connectionString: string;
  /** For what is made and looked at around the measuring. */
  readonly pool: pg.Pool;
  /** A folder of its own for whatever else the server needs; gone in the end. */
  readonly directory: string;
}

/** Starts one, empty. */
export async function startMeasuredPostgres(): Promise<MeasuredPostgres> {
  await using held = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  held.defer(() => rm(directory, { recursive: true, force: true }));
  await chmod(directory, 0o711); // as root, PostgreSQL runs as somebody else, and would be given a folder that stays
  const { connectionString } = held.use(await startEmbeddedPostgres({ dataDir: join(directory, 'data') }));
  const pool = new pg.Pool({ connectionString, max: 2 });
  // A connection may still be closing when the server stops.
  pool.on('error', () => {});
  held.defer(() => pool.end());
  await pin(await postmasterOf(pool), 1);
  const kept = held.move();
  return { connectionString, pool, directory, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** The process whose children serve connections: they inherit where it may run. */
async function postmasterOf(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ directory: string }>(
    `select current_setting('data_directory') as directory`,
  );
  const [pid] = (await readFile(join(rows[0]?.directory ?? '', 'postmaster.pid'), 'utf8')).split('\n');
  return Number(pid);
}
