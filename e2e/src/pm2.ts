import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gone } from '@parley/server/postgres/processes';
import { z } from 'zod';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../../', import.meta.url));
const commandMs = 60_000;
const daemonMs = 10_000;

const Instances = z.array(
  z.object({
    pid: z.number(),
    pm2_env: z.object({ status: z.string(), exec_mode: z.string() }),
  }),
);

interface Instance {
  readonly pid: number;
  readonly status: string;
  readonly mode: string;
}

/** A PM2 of a test's own. Disposing it ends its daemon with everything it runs. */
export interface Pm2 extends AsyncDisposable {
  /** Runs a command of PM2. @returns what it printed @throws when it fails */
  call(...args: readonly string[]): Promise<string>;
  instances(): Promise<Instance[]>;
  /** All that the instances have written. */
  output(): Promise<string>;
}

/** @param env all that PM2 and what it starts get besides PATH */
export async function openPm2(env: Readonly<Record<string, string>>): Promise<Pm2> {
  const home = await mkdtemp(join(tmpdir(), 'parley-pm2-'));
  const program = createRequire(join(repository, 'package.json')).resolve('pm2/bin/pm2');
  const PATH = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  const options = {
    cwd: repository,
    env: { ...env, PATH, HOME: home, PM2_HOME: home, PM2_DISABLE_VERSION_CHECK: 'true' },
    timeout: commandMs,
  };
  const call = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run(process.execPath, [program, ...args], options);
    return stdout;
  };
  return {
    call,
    async instances() {
      const list: unknown = JSON.parse((await call('jlist', '--silent')).trim());
      return Instances.parse(list).map(({ pid, pm2_env: { status, exec_mode } }) => ({
        pid,
        status,
        mode: exec_mode,
      }));
    },
    async output() {
      const files = await readdir(join(home, 'logs'));
      const texts = await Promise.all(files.map((file) => readFile(join(home, 'logs', file), 'utf8')));
      return texts.join('');
    },
    async [Symbol.asyncDispose]() {
      const daemon = Number(await readFile(join(home, 'pm2.pid'), 'utf8').catch(() => ''));
      try {
        await call('kill');
      } finally {
        if (daemon > 0 && !(await gone(daemon, daemonMs))) process.kill(daemon, 'SIGKILL');
        await rm(home, { recursive: true, force: true });
      }
    },
  };
}
