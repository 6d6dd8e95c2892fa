import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tiedToParent } from '../../apps/server/src/postgres/tied.ts';

export interface CommandOptions {
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  /** Shows what it prints as it comes, instead of keeping it. */
  show?: boolean;
  /** Ends it. */
  signal: AbortSignal;
  /** In ms; a command that takes longer has failed. */
  timeout: number;
}

const QUIET = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };

/** Runs a command to its end, without input. */
export async function runCommand(
  command: readonly [string, ...string[]],
  { env = {}, cwd = process.cwd(), show = false, signal, timeout }: CommandOptions,
): Promise<{ ok: boolean; output: string }> {
  if (signal.aborted) return { ok: false, output: 'interrupted' };
  const [file, ...args] = await tiedToParent('TERM', command);
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...QUIET, ...env },
    stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const stop = (): boolean => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, timeout);
  const killer = setTimeout(() => child.kill('SIGKILL'), timeout + 10_000);
  try {
    await once(child, 'close');
  } catch (error) {
    return { ok: false, output: String(error) };
  } finally {
    clearTimeout(timer);
    clearTimeout(killer);
    signal.removeEventListener('abort', stop);
  }
  const output = Buffer.concat(chunks).toString('utf8');
  return {
    ok: child.exitCode === 0 && !late,
    output: late ? `${output}\nstopped after ${timeout} ms` : output,
  };
}
