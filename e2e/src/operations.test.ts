import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase } from '@parley/engine/testing';
import { freePort } from '@parley/server/postgres/port';
import { createClient } from '@parley/sdk';
import { afterAll, expect, test } from 'vitest';
import { startServerProcess, testRedisUrl } from './server-process.ts';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());

test('a server beside one on the memory bus says in a line why it does not start; after a kill one starts at once', async () => {
  const { connectionString: databaseUrl } = resources.use(await testDatabase());
  const first = resources.use(await startServerProcess({ databaseUrl }));
  const reason =
    /parley: unable to start; another server \(process \d+\) uses this database and .*BUS=memory.*\n/;
  await expect(startServerProcess({ databaseUrl })).rejects.toThrow(reason);
  await expect(startServerProcess({ databaseUrl, redisUrl: testRedisUrl() })).rejects.toThrow(reason);
  await first.kill();
  const from = performance.now();
  await using next = await startServerProcess({ databaseUrl, redisUrl: testRedisUrl() });
  expect(performance.now() - from).toBeLessThan(10_000);
  expect(await next.stop()).toBe(0);
});

test('log files hold all that happened, to the last line, and nothing secret; metrics are served', async () => {
  const { connectionString: databaseUrl } = resources.use(await testDatabase());
  const logDir = await mkdtemp(join(tmpdir(), 'parley-logs-'));
  resources.defer(() => rm(logDir, { recursive: true, force: true }));
  const metricsPort = await freePort();
  const secret = {
    jwt: 'canary-jwt-e81c4f0a92d7b3650c1a7d20aa',
    metrics: 'canary-metrics-55aa01',
    password: 'canary password 77b1',
    content: 'canary content 0d9e',
  };
  const env = {
    LOG_DIR: logDir,
    LOG_LEVEL: 'debug',
    JWT_SECRET: secret.jwt,
    METRICS_PORT: String(metricsPort),
    METRICS_TOKEN: secret.metrics,
  };
  await using server = await startServerProcess({ databaseUrl, redisUrl: testRedisUrl(), env });
  const ada = createClient({ url: server.url });
  const { password } = secret;
  const { accessToken, refreshToken } = await register(server.url, password);
  await ada.auth.login({ email: 'ada', password });
  await expect(ada.auth.login({ email: 'ada', password: `${password} wrong` })).rejects.toThrow('unable');
  const sent = fetch(`${server.url}/trpc/messages.send`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ conversationId: crypto.randomUUID(), content: secret.content }),
  });
  expect((await sent).status).toBe(404);
  const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`, {
    headers: { authorization: `Bearer ${secret.metrics}` },
  });
  const metrics = await answer.text();
  expect(metrics).toContain('parley_call_seconds_count{procedure="auth.login",code="OK"} 1');
  expect(metrics).toContain('parley_call_seconds_count{procedure="auth.login",code="WRONG_CREDENTIALS"} 1');
  ada.close();
  expect(await server.stop()).toBe(0);

  const combined = await readFile(join(logDir, 'combined.log'), 'utf8');
  const entries = combined
    .trimEnd()
    .split('\n')
    .map((line): { msg: string; reqId?: string } => JSON.parse(line));
  expect(entries.at(-1)?.msg).toBe('stopped');
  expect(entries.find(({ msg }) => msg === 'call refused')?.reqId).toMatch(/./);
  expect(await readFile(join(logDir, 'error.log'), 'utf8')).toBe('');
  const everything = combined + server.output();
  for (const canary of [...Object.values(secret), accessToken, refreshToken, new URL(databaseUrl).password]) {
    expect(everything).not.toContain(canary);
  }
});

async function register(
  url: string,
  password: string,
): Promise<{ accessToken: string; refreshToken: string }> {
  const answer = await fetch(`${url}/trpc/auth.register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'ada', email: 'ada@example.com', password }),
  });
  const { result } = await answer.json();
  return result.data;
}
