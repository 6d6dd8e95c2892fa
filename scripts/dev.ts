import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { tiedToParent } from '../apps/server/src/postgres/tied.ts';
import { onLauncherGone } from './processes/launchers.ts';

const root = join(import.meta.dirname, '..');
const web = join(root, 'apps', 'web');
/** How long, in ms, the server gets to end in order. */
const PATIENCE = 15_000;

// People use the web app that Vite serves; the server's own address goes on working.
const page = 'http://localhost:5173';
const env = {
  PUBLIC_URL: page,
  ...process.env,
  CORS_ORIGIN: [page, 'http://127.0.0.1:5173', 'http://localhost:3000', process.env['CORS_ORIGIN'] ?? '']
    .filter((origin) => origin !== '')
    .join(','),
};
const children = await Promise.all([
  start(process.execPath, ['--watch', '--conditions=@parley/source', 'apps/server/src/main.ts'], root),
  start(process.execPath, [join(web, 'node_modules', 'vite', 'bin', 'vite.js')], web),
]);

let stopping: Promise<void> | undefined;
const stop = (): void => void (stopping ??= stopAll());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
await onLauncherGone(stop);
// One without the other is of no use.
for (const child of children) child.once('exit', stop);

async function start(program: string, args: readonly string[], cwd: string): Promise<ChildProcess> {
  const [file, ...rest] = await tiedToParent('TERM', [program, ...args]);
  // In a group of its own, so that Ctrl-C reaches it once, and only through here.
  return spawn(file, rest, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
}

async function stopAll(): Promise<void> {
  await Promise.all(children.map(stopOne));
}

async function stopOne(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  await ended;
  clearTimeout(timer);
}
