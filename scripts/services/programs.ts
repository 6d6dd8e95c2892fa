import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

export interface Program {
  /** What to tell people to install. */
  name: string;
  /** Names on PATH, or absolute paths, best first. */
  commands: readonly string[];
  /** Arguments with which it says its version, or otherwise shows that it works, and ends; `--version` when left out. */
  version?: readonly string[];
  /** The packages of Debian and Ubuntu that bring it, tried in this order. */
  packages: readonly string[];
}

export const redisServer: Program = {
  name: 'redis-server',
  commands: ['redis-server', 'valkey-server'],
  packages: ['redis-server'],
};

export const chromium: Program = {
  name: 'chromium',
  commands: [
    ...['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  packages: ['chromium', 'chromium-browser'],
};

export const nginx: Program = {
  name: 'nginx',
  commands: ['nginx', '/usr/sbin/nginx'],
  version: ['-v'],
  packages: ['nginx'],
};

export const pgBouncer: Program = {
  name: 'pgbouncer',
  commands: ['pgbouncer', '/usr/sbin/pgbouncer'],
  packages: ['pgbouncer'],
};

export const natsServer: Program = {
  name: 'nats-server',
  commands: ['nats-server', '/usr/sbin/nats-server'],
  packages: ['nats-server'],
};

/** Erlang, where there is an ejabberd that can use PostgreSQL. Its own script is not asked: it leaves a daemon behind. */
export const ejabberd: Program = {
  name: 'ejabberd with erlang-p1-pgsql',
  commands: ['erl'],
  version: [
    '-noinput',
    '-eval',
    `halt(length([1 || [] <- [filelib:wildcard("/usr/lib/*/ejabberd-*"), filelib:wildcard(code:lib_dir() ++ "/p1_pgsql-*")]]))`,
  ],
  packages: ['ejabberd', 'erlang-p1-pgsql'],
};

/** Its folder has the rest of a PostgreSQL, pg_dump and pg_restore too, which the embedded one comes without. */
export const initdb: Program = {
  name: 'initdb of a PostgreSQL with its clients',
  commands: ['initdb', ...[18, 17, 16, 15].map((major) => `/usr/lib/postgresql/${major}/bin/initdb`)],
  packages: ['postgresql'],
};

/**
 * The path of a program that runs, installed with apt-get where that is possible without asking anybody.
 * @throws {Error} one line that says what to install.
 */
export async function findOrInstall(program: Program): Promise<string> {
  const found = await find(program);
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && (await works('apt-get'))) {
    console.log(`installing ${program.name}`);
    for (const name of program.packages) {
      await aptInstall(name).catch((error: unknown) => console.error(String(error)));
      const installed = await find(program);
      if (installed !== undefined) return installed;
    }
  }
  throw new Error(`unable to test; there is no ${program.name}, install it and make sure that it is on PATH`);
}

async function find({ commands, version }: Program): Promise<string | undefined> {
  for (const command of commands) {
    const path = await onPath(command);
    // On Ubuntu "chromium" may be a script that only says how to get it.
    if (path !== undefined && (await works(path, version))) return path;
  }
  return undefined;
}

async function onPath(command: string): Promise<string | undefined> {
  const folders = isAbsolute(command) ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  for (const folder of folders) {
    const path = join(folder, command);
    const executable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return path;
  }
  return undefined;
}

async function works(command: string, version: readonly string[] = ['--version']): Promise<boolean> {
  return exec(command, [...version], { timeout: 30_000 }).then(
    () => true,
    () => false,
  );
}

async function aptInstall(name: string): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, timeout: 300_000, maxBuffer: 64 * 1024 * 1024 };
  await exec('apt-get', ['update', '-qq'], options);
  const flags = ['-y', '-qq', '--no-install-recommends', '-o', 'Dpkg::Use-Pty=0'];
  const installing = exec('apt-get', ['install', ...flags, name], options);
  installing.child.stdin?.end();
  await installing;
}
