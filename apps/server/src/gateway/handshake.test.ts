import { expect, test } from 'vitest';
import { RawClient } from './testing/raw-client.ts';
import { startSmallServer } from './testing/small-server.ts';
import { stockClient } from './testing/stock-client.ts';

const params = (token: unknown): unknown => ({ method: 'connectionParams', data: { token } });

test('a socket without credentials is nobody', async () => {
  await using server = await startSmallServer();
  using client = await RawClient.connect(server.url);
  client.call(1, 'query', 'whoami');
  expect((await client.answer(1)).result).toEqual({ type: 'data', data: null });
});

test('the first frame says who it is; calls sent right behind it wait', async () => {
  await using server = await startSmallServer();
  using client = await RawClient.connect(`${server.url}?connectionParams=1`);
  client.say(params('ada'));
  client.call(1, 'query', 'whoami');
  expect((await client.answer(1)).result?.data).toBe('ada');
});

test('a client may announce credentials and have none', async () => {
  await using server = await startSmallServer();
  using client = await RawClient.connect(`${server.url}?connectionParams=1`);
  client.say({ method: 'connectionParams', data: null });
  client.call(1, 'query', 'whoami');
  expect((await client.answer(1)).result?.data).toBeNull();
});

test('the stock client signs in', async () => {
  await using server = await startSmallServer();
  using client = stockClient(() => server.url, 'grace');
  expect(await client.trpc.whoami.query()).toBe('grace');
});

test('a bad token is told why, then closed with 4401, and the calls behind it do not run', async () => {
  await using server = await startSmallServer();
  using client = await RawClient.connect(`${server.url}?connectionParams=1`);
  client.say(params('bad'));
  client.call(1, 'query', 'whoami');
  expect(await client.close()).toEqual({ code: 4401, reason: 'UNAUTHENTICATED' });
  expect(client.heard).toEqual([
    {
      id: null,
      error: expect.objectContaining({ data: expect.objectContaining({ reason: 'UNAUTHENTICATED' }) }),
    },
  ]);
});

test.each([
  ['[]'],
  ['no JSON'],
  ['{"method":"connectionParams","data":{"token":1}}'],
  ['{"id":1,"method":"query"}'],
])('a first frame of %s is refused for good', async (frame) => {
  await using server = await startSmallServer();
  using client = await RawClient.connect(`${server.url}?connectionParams=1`);
  client.say(frame);
  expect((await client.close()).code).toBe(4403);
  expect(client.answers(null)[0]?.error?.data['reason']).toBe('MALFORMED_REQUEST');
});

test('security, connect: a silent socket is closed when its time is up', async () => {
  await using server = await startSmallServer({ handshakeMs: 50, sweepMs: 10 });
  using client = await RawClient.connect(`${server.url}?connectionParams=1`);
  expect((await client.close()).code).toBe(4401);
  expect(client.answers(null)[0]?.error?.data['reason']).toBe('UNAUTHENTICATED');
});

test('a socket whose credentials cannot be checked in time may come back', async () => {
  await using server = await startSmallServer({ handshakeMs: 50, sweepMs: 10 });
  using client = await RawClient.connect(`${server.url}?connectionParams=1`);
  client.say(params('slow'));
  expect((await client.close()).code).toBe(1012);
  expect(client.answers(null)[0]?.error?.data['reason']).toBe('UNAVAILABLE');
});

test('security, session: a socket closes when its token expires', async () => {
  await using server = await startSmallServer({ sweepMs: 10 });
  using client = await RawClient.connect(`${server.url}?connectionParams=1`);
  const expires = Date.now() + 100;
  client.say(params(`ada@${expires}`));
  client.call(1, 'query', 'whoami');
  expect((await client.answer(1)).result?.data).toBe('ada');
  expect((await client.close()).code).toBe(4401);
  expect(Date.now()).toBeGreaterThanOrEqual(expires);
  expect(server.held.size).toBe(0);
});

test('a newer token of the same session lets a socket outlive the one it was opened with', async () => {
  await using server = await startSmallServer({ sweepMs: 10 });
  using client = await RawClient.connect(`${server.url}?connectionParams=1`);
  const expires = Date.now() + 200;
  client.say(params(`ada@${expires}`));
  client.say(params(`ada@${expires + 400}`));
  client.call(1, 'query', 'whoami');
  expect((await client.answer(1)).result?.data).toBe('ada');
  expect((await client.close()).code).toBe(4401);
  expect(Date.now()).toBeGreaterThanOrEqual(expires + 400);
});

test.each([['grace@9999999999999'], [null]])('a later token of %s ends the socket', async (token) => {
  await using server = await startSmallServer();
  using client = await RawClient.connect(`${server.url}?connectionParams=1`);
  client.say(params('ada'));
  client.say(params(token));
  expect((await client.close()).code).toBe(4401);
  expect(client.answers(null)[0]?.error?.data['reason']).toBe('UNAUTHENTICATED');
  expect(server.held.size).toBe(0);
});

test('a token that is good for years does not expire at once', async () => {
  await using server = await startSmallServer({ sweepMs: 5 });
  using client = await RawClient.connect(`${server.url}?connectionParams=1`);
  client.say(params(`ada@${Date.now() + 2 ** 33}`));
  for (let n = 0; n < 5; n += 1) {
    client.call(n, 'query', 'whoami');
    await client.answer(n);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(client.closed).toBeNull();
});

test('security, session: ending a session closes its sockets and no others', async () => {
  await using server = await startSmallServer();
  using ada = await RawClient.connect(`${server.url}?connectionParams=1`);
  using grace = await RawClient.connect(`${server.url}?connectionParams=1`);
  ada.say(params('ada'));
  grace.say(params('grace'));
  ada.call(1, 'subscription', 'follow');
  grace.call(1, 'subscription', 'follow');
  await server.room.until(() => server.room.sinks.size === 2);
  server.endSessions('ada');
  expect((await ada.close()).code).toBe(4401);
  expect(ada.answers(null)[0]?.error?.data['reason']).toBe('UNAUTHENTICATED');
  expect(server.room.sinks.size).toBe(1);
  server.room.say({ n: 1 });
  await grace.until(() => grace.answers(1).length === 2);
});
