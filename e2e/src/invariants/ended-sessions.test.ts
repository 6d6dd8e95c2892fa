import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestParley, testParley, type TestPerson } from '@parley/engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { findOrInstall, redisServer } from '../../../scripts/services/programs.ts';
import { type Redis, startRedis } from '../../../scripts/services/redis.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';

// Two servers, and a Redis of their own that can be stopped in its tracks.
const resources = new AsyncDisposableStack();
let parley: TestParley;
let redis: Redis;
let servers: readonly ServerProcess[];
let ada: TestPerson;

const promisedMs = 10_000;
const signInAgain = 4401;

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-redis-'));
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  redis = resources.use(await startRedis(await findOrInstall(redisServer), directory));
  resources.defer(() => void process.kill(redis.pid, 'SIGCONT'));
  parley = resources.use(await testParley());
  const settings = { databaseUrl: parley.connectionString, redisUrl: redis.url };
  servers = [
    resources.use(await startServerProcess(settings)),
    resources.use(await startServerProcess(settings)),
  ];
  ada = await parley.person('ada');
});
afterAll(() => resources.disposeAsync());

/** A socket that is signed in, as its answer shows. */
async function open(server: ServerProcess, { accessToken }: TestPerson): Promise<WebSocket> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/trpc?connectionParams=1`);
  resources.defer(() => socket.terminate());
  await once(socket, 'open');
  socket.send(JSON.stringify({ method: 'connectionParams', data: { token: accessToken } }));
  socket.send(JSON.stringify({ id: 1, method: 'query', params: { path: 'auth.me' } }));
  const [answer] = await once(socket, 'message');
  expect(String(answer)).toContain('ada@example.com');
  return socket;
}

/** Ends a session that has a socket on each server, through the first of them; the codes they are closed with. */
async function endOne(): Promise<unknown[]> {
  const phone = await parley.signIn(ada.userId);
  const sockets = await Promise.all(servers.map((server) => open(server, phone)));
  const signal = AbortSignal.timeout(promisedMs);
  const closing = sockets.map(async (socket) => (await once(socket, 'close', { signal }))[0]);
  const answer = await fetch(`${servers[0]?.url}/auth/sessions/${phone.sessionId}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${ada.accessToken}` },
  });
  expect(answer.status).toBe(204);
  return Promise.all(closing);
}

test('I10 the sockets of an ended session close within ten seconds on every server, with Redis or without', async () => {
  const kept = await Promise.all(servers.map((server) => open(server, ada)));
  expect(await endOne()).toEqual([signInAgain, signInAgain]);
  process.kill(redis.pid, 'SIGSTOP');
  expect(await endOne()).toEqual([signInAgain, signInAgain]);
  // Those of the session that goes on stay.
  expect(kept.map(({ readyState }) => readyState)).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
});
