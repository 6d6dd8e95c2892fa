import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseAccount } from '@parley/server/postgres/account';
import { freePort } from '@parley/server/postgres/port';
import { start } from '@parley/server/postgres/run';
import { answers } from '../../scripts/services/answers.ts';

const startDeadlineMs = 10_000;

export interface PgBouncer extends AsyncDisposable {
  /** Of the same database, through it. */
  readonly connectionString: string;
}

/** Starts a PgBouncer in transaction mode, as it comes, in front of a database. It refuses to run as root. */
export async function startPgBouncer(program: string, databaseUrl: string): Promise<PgBouncer> {
  const { hostname, port: databasePort, username, password, pathname } = new URL(databaseUrl);
  const database = pathname.slice(1);
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'parley-pgbouncer-'));
  await chmod(directory, 0o755);
  const users = join(directory, 'users.txt');
  const settings = join(directory, 'pgbouncer.ini');
  await writeFile(users, `"${username}" "${decodeURIComponent(password)}"\n`, { mode: 0o644 });
  await writeFile(
    settings,
    `[databases]
${database} = host=${hostname} port=${databasePort} dbname=${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = 4
max_client_conn = 200
`,
    { mode: 0o644 },
  );
  const account = await chooseAccount(directory);
  const child = await start(account, program, ['-q', settings], 'ignore');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await rm(directory, { recursive: true, force: true });
  };
  const deadline = Date.now() + startDeadlineMs;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`unable to start ${program}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const through = new URL(databaseUrl);
  through.port = String(port);
  return { connectionString: through.href, [Symbol.asyncDispose]: stop };
}
