import type { AppRouter } from '@parley/contract/router';
import { createTRPCClient, httpLink } from '@trpc/client';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RawClient } from './gateway/testing/raw-client.ts';

const entry = join(import.meta.dirname, 'main.ts');

/** A server process of its own; what it prints is kept. */
class Started implements AsyncDisposable {
  readonly #child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly ended: Promise<number | null>;

  constructor(env: Record<string, string>) {
    const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
    this.#child = spawn(process.execPath, ['--conditions=@parley/source', entry], {
      cwd: tmpdir(),
      env: { PATH, HOME, NODE_COMPILE_CACHE, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn', ...env },
    });
    this.#child.stdout?.on('data', (text) => (this.stdout += String(text)));
    this.#child.stderr?.on('data', (text) => (this.stderr += String(text)));
    this.ended = once(this.#child, 'close').then(([code]) => (typeof code === 'number' ? code : null));
  }

  /** Waits until it is ready; gives its address. */
  async ready(): Promise<string> {
    const address = /ready at (\S+)/;
    const printed = new Promise<void>((resolve) => {
      this.#child.stdout?.on('data', () => {
        if (address.test(this.stdout)) resolve();
      });
    });
    await Promise.race([printed, this.ended]);
    const found = address.exec(this.stdout)?.[1];
    if (found === undefined) throw new Error(`it did not start: ${this.stderr}`);
    return found;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) await this.stop('SIGKILL');
  }
}

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-main-'));
  await chmod(dataDir, 0o711);
});
afterAll(async () => {
  await rm(dataDir, { recursive: true });
});

function api(url: string, token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${url}/trpc`, headers })] });
}

test('with nothing set it starts, shows who to sign in as, keeps its data, and stops on a signal', async () => {
  await using first = new Started({});
  const url = await first.ready();
  const [, email = '', password = ''] = /^ +(\w+) +password +(\S+)$/m.exec(first.stdout) ?? [];
  const { accessToken, refreshToken } = await api(url).auth.login.mutate({ email, password });
  const before = await api(url, accessToken).conversations.list.query({});
  expect(before.conversations.length).toBeGreaterThan(1);
  using socket = await RawClient.connect(`${url.replace('http', 'ws')}/trpc?connectionParams=1`);
  socket.say({ method: 'connectionParams', data: { token: accessToken } });
  socket.call(1, 'subscription', 'inbox.watch');
  await socket.until(() => socket.answers(1).length >= 2);
  expect(await first.stop('SIGTERM')).toBe(0);
  expect((await socket.close()).code).toBe(1012);
  expect(first.stderr).toBe('');

  const from = performance.now();
  await using second = new Started({});
  const again = await second.ready();
  expect(performance.now() - from).toBeLessThan(5_000);
  expect(await api(again, accessToken).conversations.list.query({})).toEqual(before);
  await api(again).auth.refresh.mutate({ refreshToken });
  expect(await second.stop('SIGINT')).toBe(0);
}, 60_000);

test('after SIGKILL the next start recovers; a second server on the same data is refused', async () => {
  await using killed = new Started({});
  await killed.ready();
  await using refused = new Started({});
  expect(await refused.ended).toBe(1);
  expect(refused.stderr).toMatch(/^parley: unable to start; .+\n$/);
  await killed.stop('SIGKILL');
  await using next = new Started({});
  await next.ready();
  expect(next.stdout).toContain('Sign in as');
  expect(await next.stop('SIGHUP')).toBe(0);
}, 60_000);

test('a port that is taken is one clear line, before anything is started', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  await using server = new Started({ PORT: port, DATA_DIR: join(dataDir, 'unused') });
  expect(await server.ended).toBe(1);
  expect(server.stderr).toBe(
    `parley: unable to start; port ${port} is taken, stop what uses it or set PORT to another\n`,
  );
  expect(server.stdout).toBe('');
  taken.close();
});

test.each([
  [{ PORT: 'many' }, 'PORT must be a whole number from 0 to 65535'],
  [
    { NODE_ENV: 'production' },
    'DATABASE_URL must be set in production; REDIS_URL must be set in production, or BUS=memory when there is one ' +
      'process only; JWT_SECRET must be set in production',
  ],
  [{ HOST: '203.0.113.7' }, 'HOST 203.0.113.7 is not an address of this machine'],
])('%j is one clear line', async (env, reason) => {
  await using server = new Started(env);
  expect(await server.ended).toBe(1);
  expect(server.stderr).toBe(`parley: unable to start; ${reason}\n`);
});

test('a database that does not answer is one clear line', async () => {
  await using server = new Started({ DATABASE_URL: 'postgres://nobody:wrong@127.0.0.1:1/nothing' });
  expect(await server.ended).toBe(1);
  expect(server.stderr).toMatch(/^parley: unable to start; [^\n]+\n$/);
  expect(server.stderr).not.toContain('wrong');
});
