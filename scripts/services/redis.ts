import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../apps/server/src/postgres/port.ts';
import { start } from '../../apps/server/src/postgres/run.ts';

const START_DEADLINE = 10_000;

export interface Redis extends AsyncDisposable {
  url: string;
  pid: number;
}

/** A Redis of one's own on 127.0.0.1, which keeps nothing. */
export async function startRedis(program: string, directory: string): Promise<Redis> {
  const port = await freePort();
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    directory,
  ];
  const child = await start(undefined, program, args, 'ignore');
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL'); // it has nothing to save
    await ended;
  };
  const deadline = Date.now() + START_DEADLINE;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`unable to start ${program} on port ${port}`);
    }
    await sleep(20);
  }
  const { pid } = child;
  if (pid === undefined) throw new Error(`unable to start ${program}; it has no process`);
  return { url: `redis://127.0.0.1:${port}`, pid, [Symbol.asyncDispose]: stop };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1').setTimeout(1000, () => socket.destroy(new Error('silent')));
  try {
    socket.write('PING\r\n');
    const words: unknown[] = await once(socket, 'data');
    return String(words[0]).startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
