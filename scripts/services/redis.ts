import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../apps/server/src/postgres/port.ts';
import { start } from '../../apps/server/src/postgres/run.ts';
import { askRedis } from './redis-inline.ts';

const START_DEADLINE = 10_000;

export interface Redis extends AsyncDisposable {
  url: string;
  port: number;
  pid: number;
}

export interface RedisSettings {
  /** A free one when left out. */
  port?: number;
  /** Further ones, as on its command line. */
  args?: readonly string[];
}

/** A Redis of one's own on 127.0.0.1, which keeps nothing. */
export async function startRedis(
  program: string,
  directory: string,
  settings: RedisSettings = {},
): Promise<Redis> {
  const port = settings.port ?? (await freePort());
  const keepsNothing = ['--save', '', '--appendonly', 'no', '--dir', directory];
  const args = ['--port', String(port), '--bind', '127.0.0.1', ...keepsNothing, ...(settings.args ?? [])];
  const child = await start(undefined, program, args, 'ignore');
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL'); // it has nothing to save
    await ended;
  };
  const deadline = Date.now() + START_DEADLINE;
  while ((await askRedis(port, 'PING').catch(() => '')) !== 'PONG') {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`unable to start ${program} on port ${port}`);
    }
    await sleep(20);
  }
  const { pid } = child;
  if (pid === undefined) throw new Error(`unable to start ${program}; it has no process`);
  return { url: `redis://127.0.0.1:${port}`, port, pid, [Symbol.asyncDispose]: stop };
}
