import { type TestParley, testParley } from '@parley/engine/testing';
import { createClient } from '@parley/sdk';
import { freePort } from '@parley/server/postgres/port';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Nginx, startNginx } from './nginx.ts';
import { expectNothingLost, startSendLoad } from './send-load.ts';
import { type ServerProcess, startServerProcess, testRedisUrl } from './server-process.ts';

const full = process.env['PARLEY_TEST_FULL'] === '1';
/** Messages between two events of the load. */
const stretch = full ? 2_000 : 300;

const resources = new AsyncDisposableStack();
let parley: TestParley;
let nginx: Nginx;
let servers: [ServerProcess, ServerProcess];

function start(publicUrl: string, port: number): Promise<ServerProcess> {
  return startServerProcess({
    databaseUrl: parley.connectionString,
    redisUrl: testRedisUrl(),
    port,
    env: { PUBLIC_URL: publicUrl, TRUST_PROXY: 'loopback', DRAIN_MS: '2000' },
  });
}

beforeAll(async () => {
  parley = resources.use(await testParley());
  const [front, a, b] = [await freePort(), await freePort(), await freePort()];
  const publicUrl = `http://127.0.0.1:${front}`;
  servers = await Promise.all([start(publicUrl, a), start(publicUrl, b)]);
  for (const server of servers) resources.use(server);
  nginx = resources.use(await startNginx(front, [a, b]));
}, 400_000);
afterAll(() => resources.disposeAsync());

test('HTTP and WebSocket pass through nginx, and the server learns where a client is', async () => {
  using ada = createClient({ url: nginx.url });
  await ada.auth.register({ email: 'ada@example.com', username: 'ada', password: 'a password for tests' });
  const online = Promise.withResolvers<void>();
  ada.connection.subscribe(() => {
    if (ada.connection.getSnapshot().status === 'online') online.resolve();
  });
  ada.conversations.list.subscribe(() => {});
  await online.promise;
  // Whoever claims to be forwarded for somebody is not believed.
  await fetch(`${nginx.url}/trpc/auth.login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.7' },
    body: JSON.stringify({ email: 'ada', password: 'a password for tests' }),
  });
  const sessions = await parley.db.selectFrom('sessions').select('address').execute();
  expect(sessions.map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.1']);
});

test('one of two servers stops under load: no send fails, nothing is lost', async () => {
  using load = await startSendLoad(nginx.url, parley);
  await load.more(stretch);
  const [first, second] = servers;
  expect(await first.stop()).toBe(0);
  await load.more(stretch);
  // And the other way round: the one that stopped is back, and the one that did all the work goes.
  resources.use(await start(nginx.url, first.port));
  await load.more(stretch);
  expect(await second.stop()).toBe(0);
  await load.more(stretch);
  const result = await load.stop();
  console.log(`${result.stored.length} sends, ${result.repeated} by plain fetch took a repetition`);
  await expectNothingLost(parley, result);
});
