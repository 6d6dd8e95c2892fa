import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tiedToParent } from '@parley/server/postgres/tied';

const execute = promisify(execFile);
const ticksPerSecond = 100;

/** CPU a process has used so far, in seconds, as the operating system counts it. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name stands in parentheses and may hold anything; what follows is numbers.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** What several processes have used together, in seconds. */
export async function processorSeconds(pids: readonly number[]): Promise<number> {
  const used = await Promise.all(pids.map(cpuSeconds));
  return used.reduce((sum, each) => sum + each, 0);
}

/** Memory a process holds that is no other's and no file's, in bytes. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]);
  return kilobytes * 1_024;
}

/** Keeps a process, with its threads, on one core. Does nothing where that cannot be told. */
export async function pin(pid: number, core: number): Promise<void> {
  if (core >= availableParallelism()) return;
  await execute('taskset', ['-apc', String(core), String(pid)]).catch(() => {});
}

/** A server to compare with, as a process of its own. */
export interface Peer extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
}

/**
 * Starts one of the peers by name; it says its port on its first line.
 * @param settings environment variables it reads beside ours
 */
export async function startPeer(
  name: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Peer> {
  const entry = fileURLToPath(new URL(`./${name}-server.ts`, import.meta.url));
  const [command, ...args] = await tiedToParent('TERM', [process.execPath, entry]);
  const env = { ...process.env, ...settings };
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as unknown[];
  const { pid } = child;
  if (pid === undefined) throw new Error(`unable to start ${name}`);
  await pin(pid, 0);
  return {
    pid,
    port: Number(String(line).trim()),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
