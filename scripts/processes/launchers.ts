import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandOf, startOf } from '../../apps/server/src/postgres/processes.ts';

const INTERVAL = 500;
const PACKAGE_MANAGER = /(^|[\s/])(npm|npx|pnpm)(\s|\.|$)/;

/**
 * Calls back once when a process that started this one (npx, pnpm and the shells between them) is gone. They do not
 * all pass signals on, and none can when it is killed: without this the server would stay behind, out of sight.
 */
export async function onLauncherGone(callback: () => void): Promise<void> {
  const launchers = await findLaunchers();
  if (launchers.length === 0) return;
  void watch(launchers, callback);
}

async function watch(launchers: readonly Launcher[], callback: () => void): Promise<void> {
  while (await allLive(launchers)) await sleep(INTERVAL, undefined, { ref: false });
  callback();
}

interface Launcher {
  pid: number;
  start: string | undefined;
}

/** The ancestors up to the outermost package manager: what is beyond it may end at will. */
async function findLaunchers(): Promise<Launcher[]> {
  const chain: Launcher[] = [];
  let outermost = 0;
  for (let pid = process.ppid; pid > 1; pid = await parentOf(pid)) {
    const command = await commandOf(pid);
    if (command === undefined) break;
    chain.push({ pid, start: await startOf(pid) });
    if (PACKAGE_MANAGER.test(command)) outermost = chain.length;
    else if (!/^\S*sh -c /.test(command)) break;
  }
  return chain.slice(0, outermost);
}

async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Elsewhere than on Linux only the direct parent is known.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

async function allLive(launchers: readonly Launcher[]): Promise<boolean> {
  const starts = await Promise.all(launchers.map(({ pid }) => startOf(pid)));
  return launchers.every(({ start }, index) => starts[index] === start);
}
