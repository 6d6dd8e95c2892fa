import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { gone } from '../../apps/server/src/postgres/processes.ts';

/** Node, watching its launchers, started by a shell that is started by `program`, a script under that name. */
async function startedBy(program: string): Promise<{ launcher: ChildProcess; pid: number }> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-launcher-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const watcher = `
    import { onLauncherGone } from ${JSON.stringify(join(import.meta.dirname, 'launchers.ts'))};
    await onLauncherGone(() => process.exit());
    console.log(process.pid);
    setInterval(() => undefined, 1000);`;
  await writeFile(join(directory, 'watcher.ts'), watcher);
  // The colons keep each shell alive: it would let its last command take its place.
  await writeFile(join(directory, program), `sh -c '"$0" "$1"; :' "$2" "$1"; :`);
  const args = [join(directory, program), join(directory, 'watcher.ts'), process.execPath];
  const launcher = spawn('sh', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(createInterface(launcher.stdout), 'line');
  const pid = Number(line);
  onTestFinished(async () => {
    if (!(await gone(pid, 0))) process.kill(pid, 'SIGKILL');
  });
  return { launcher, pid };
}

test('a process ends when the package manager above its shell is killed', async () => {
  const { launcher, pid } = await startedBy('pnpm');
  expect(await gone(pid, 1500)).toBe(false);
  launcher.kill('SIGKILL');
  expect(await gone(pid, 5000)).toBe(true);
});

test('whoever else started it may go', async () => {
  const { launcher, pid } = await startedBy('nohup-like');
  launcher.kill('SIGKILL');
  await once(launcher, 'exit');
  expect(await gone(pid, 2000)).toBe(false);
});
