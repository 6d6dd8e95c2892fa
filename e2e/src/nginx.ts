import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tiedToParent } from '@parley/server/postgres/tied';
import { findOrInstall, nginx } from '../../scripts/services/programs.ts';

const startMs = 10_000;
const stopMs = 10_000;

/** nginx as docker/nginx.conf sets it up. Disposing it stops it. */
export interface Nginx extends AsyncDisposable {
  readonly url: string;
}

/** Starts nginx on a port of this machine, with its own configuration but for its addresses and its folder. */
export async function startNginx(port: number, servers: readonly number[]): Promise<Nginx> {
  const program = await findOrInstall(nginx);
  const directory = await mkdtemp(join(tmpdir(), 'parley-nginx-'));
  await using held = new AsyncDisposableStack();
  held.defer(() => rm(directory, { recursive: true, force: true }));
  await chmod(directory, 0o711); // as root, its workers run as somebody else
  const file = join(directory, 'nginx.conf');
  await writeFile(file, await configuration(directory, port, servers));
  const command = [program, '-p', directory, '-c', file, '-g', 'daemon off;'] as const;
  const [path, ...args] = await tiedToParent('TERM', command);
  const child = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let written = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written += text));
  const ended = once(child, 'close');
  held.defer(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), stopMs);
    await ended;
    clearTimeout(late);
  });
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + startMs;
  while (child.exitCode === null && Date.now() < deadline) {
    if ((await fetch(`${url}/health`).catch(() => null))?.ok === true) {
      const running = held.move();
      return { url, [Symbol.asyncDispose]: () => running.disposeAsync() };
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`unable to start nginx; it wrote:\n${written}`);
}

async function configuration(directory: string, port: number, servers: readonly number[]): Promise<string> {
  const text = await readFile(new URL('../../docker/nginx.conf', import.meta.url), 'utf8');
  return text
    .replaceAll(' /tmp/', ` ${directory}/`)
    .replace(/listen \d+;/, `listen 127.0.0.1:${port};`)
    .replace(/^( +)server server:3000 (.*)$/m, (_, indent: string, rest: string) =>
      servers.map((server) => `${indent}server 127.0.0.1:${server} ${rest}`).join('\n'),
    );
}
