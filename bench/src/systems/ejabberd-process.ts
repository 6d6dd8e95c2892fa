import { glob, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { freePort } from '../../../apps/server/src/postgres/port.ts';
import type { MeasuredPostgres } from './postgres.ts';
import type { Peer } from './processes.ts';
import { startProgram } from './program.ts';

const schema = '/usr/share/ejabberd/sql/pg.sql';
const peopleInARoom = 10_000;

/**
 * Starts an ejabberd that has nothing to do with the one of the system but its code: rooms with an archive, all of it in
 * PostgreSQL, and no limits. It is no node of Erlang's, so that it needs no epmd.
 * @param erl Erlang's program
 */
export async function startEjabberd(
  erl: string,
  { connectionString, pool, directory }: MeasuredPostgres,
): Promise<Peer> {
  await pool.query(await readFile(schema, 'utf8'));
  const port = await freePort();
  const home = join(directory, 'ejabberd');
  await mkdir(home);
  const path = join(home, 'ejabberd.yml');
  await writeFile(path, JSON.stringify(configuration(port, new URL(connectionString))));
  // One scheduler, as it has one core; the other two are what its own script sets.
  const flags = ['+S', '1:1', '+K', 'true', '+P', '250000'];
  const command = [erl, '-noinput', ...flags, '-mnesia', 'dir', JSON.stringify(home), '-s', 'ejabberd'];
  return startProgram(command, port, {
    HOME: home,
    ERL_LIBS: await libraries(),
    ERL_CRASH_DUMP_BYTES: '0',
    EJABBERD_CONFIG_PATH: path,
    EJABBERD_LOG_PATH: join(home, 'ejabberd.log'),
  });
}

/** A configuration is YAML, of which JSON is a part. */
function configuration(port: number, database: URL): object {
  return {
    loglevel: 'warning',
    hosts: ['localhost'],
    listen: [{ port, ip: '127.0.0.1', module: 'ejabberd_c2s', starttls: false }],
    sql_type: 'pgsql',
    sql_server: database.hostname,
    sql_port: Number(database.port),
    sql_database: database.pathname.slice(1),
    sql_username: decodeURIComponent(database.username),
    sql_password: decodeURIComponent(database.password),
    default_db: 'sql',
    auth_method: 'sql',
    auth_password_format: 'plain',
    modules: {
      mod_mam: { db_type: 'sql', default: 'always' },
      mod_muc: {
        max_users: peopleInARoom,
        max_user_conferences: peopleInARoom,
        // Nobody is told who comes and goes, or a thousand people could not gather in the time there is.
        default_room_options: {
          ...{ mam: true, persistent: true, max_users: peopleInARoom, presence_broadcast: [] },
        },
      },
    },
  };
}

/** Where Debian keeps the libraries of ejabberd, which Erlang does not look through by itself. */
async function libraries(): Promise<string> {
  for await (const found of glob('/usr/lib/*/ejabberd-*')) return dirname(found);
  throw new Error('unable to start ejabberd; its code is not where Debian puts it');
}
