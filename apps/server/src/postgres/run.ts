import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import type { Account } from './account.ts';
import { SYSTEM_PATH, tiedToParent } from './tied.ts';

// None of the caller's variables: PGDATA, PGPORT, LANG and the like would change what PostgreSQL does.
const ENVIRONMENT = { PATH: SYSTEM_PATH, LC_ALL: 'C', TZ: 'UTC' };

/**
 * Starts a program as `account`, in `/` (the working directory may be closed to that user) and in a session of its
 * own (Ctrl-C is for Parley, which then stops it in order). It gets SIGINT should Parley die, where the system can.
 */
export async function start(
  account: Account | undefined,
  program: string,
  args: readonly string[],
  stdio: StdioOptions,
): Promise<ChildProcess> {
  const [file, ...rest] = await tiedToParent('INT', [program, ...args]);
  const child = spawn(file, rest, { ...account, cwd: '/', env: ENVIRONMENT, detached: true, stdio });
  await once(child, 'spawn');
  return child;
}

export interface Finished {
  ok: boolean;
  output: string;
}

/** Runs a program to its end; it is killed after `timeout` ms, which counts as a failure. */
export async function run(
  account: Account | undefined,
  program: string,
  args: readonly string[],
  { input = '', timeout = 120_000 }: { input?: string; timeout?: number } = {},
): Promise<Finished> {
  const child = await start(account, program, args, 'pipe');
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin?.on('error', () => undefined); // it ended before it read: its exit code tells
  child.stdin?.end(input);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, timeout);
  await once(child, 'close').finally(() => clearTimeout(timer));
  const output = Buffer.concat(chunks).toString('utf8');
  return { ok: child.exitCode === 0, output: late ? `${output}\nno end after ${timeout} ms` : output };
}

/** Whether `account` itself may enter or execute `path`: asked of the system, which also knows of ACLs. */
export async function mayUse(account: Account, path: string): Promise<boolean> {
  return (await run(account, 'sh', ['-c', '[ -x "$1" ]', 'sh', path], { timeout: 10_000 })).ok;
}
