import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../apps/server/src/postgres/port.ts';

async function start(port: number): Promise<ChildProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-start-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await chmod(directory, 0o711);
  const child = spawn(
    process.execPath,
    ['--conditions=@parley/source', join(import.meta.dirname, 'start.ts')],
    {
      env: { PATH: process.env['PATH'], PORT: String(port), DATA_DIR: directory },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    expect(await readdir(join(directory, 'postgres'))).not.toContain('lock');
  });
  for await (const line of createInterface(child.stdout)) if (line.includes('Sign in as')) break;
  child.stdout.resume();
  return child;
}

test(
  'start builds the web app, serves it with the API, and stops on a signal',
  { timeout: 60_000 },
  async () => {
    const port = await freePort();
    const child = await start(port);
    const page = await fetch(`http://127.0.0.1:${port}/`);
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1] ?? 'none';
    const code = await fetch(`http://127.0.0.1:${port}${script}`);
    expect([page.status, code.status, code.headers.get('content-type')]).toEqual([
      200,
      200,
      expect.stringContaining('javascript'),
    ]);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  },
);
