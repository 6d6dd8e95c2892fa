import { newId } from '@parley/contract';
import type { LimitsOptions } from '@parley/engine';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { RawClient } from './gateway/testing/raw-client.ts';
import { type RunningServer, startTestServer } from './testing/running-server.ts';
import { Metrics } from './operations/metrics.ts';

const minute = 60;
const rate = (count: number) => [{ count, seconds: minute }];

async function serve(
  limits: Omit<LimitsOptions, 'redis'>,
  { meter, ...more }: { readonly trustProxy?: readonly string[]; readonly meter?: Metrics } = {},
): Promise<RunningServer> {
  const engine = { limits: { redis: null, ...limits }, ...(meter === undefined ? {} : { meter }) };
  const server = await startTestServer({ ...more, engine });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

async function signedIn(server: RunningServer, token: string): Promise<RawClient> {
  const client = await RawClient.connect(`${server.url.replace('http', 'ws')}/trpc?connectionParams=1`);
  onTestFinished(() => client[Symbol.dispose]());
  client.say({ method: 'connectionParams', data: { token } });
  return client;
}

const batchOf = (count: number, first = 0) =>
  Array.from({ length: count }, (_, n) => ({ id: first + n, method: 'query', params: { path: 'auth.me' } }));
const inAMinute = (ms: unknown) => typeof ms === 'number' && ms > 50_000 && ms <= 60_000;

test('security, limits: a batch of ten over a WebSocket costs ten', async () => {
  const server = await serve({ rates: { calls: rate(15) } });
  const { accessToken } = await server.parley.person('ada');
  const client = await signedIn(server, accessToken);
  client.say(batchOf(10));
  await client.until(() => client.heard.length === 10);
  client.say(batchOf(10, 10));
  await client.until(() => client.heard.length === 20);
  const refused = Array.from({ length: 20 }, (_, id) => client.answers(id)[0]?.error?.data).filter(
    (data) => data,
  );
  expect(refused).toHaveLength(5);
  for (const data of refused) {
    expect(data).toMatchObject({ reason: 'LIMITED', httpStatus: 429, retryable: true });
    expect(data?.['retryAfterMs']).toSatisfy(inAMinute);
  }
});

test('security, limits: a batch of ten in one HTTP request costs ten, and the answer says when to come back', async () => {
  const server = await serve({ rates: { calls: rate(15) } });
  const { accessToken } = await server.parley.person('ada');
  const ten = () =>
    fetch(`${server.url}/trpc/${Array.from({ length: 10 }, () => 'auth.me').join(',')}?batch=1&input={}`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
  const first = await ten();
  expect([first.status, first.headers.get('retry-after')]).toEqual([200, null]);
  const second = await ten();
  expect(second.status).toBe(207);
  expect(second.headers.get('retry-after')).toMatch(/^(5\d|60)$/);
  const answers: unknown = await second.json();
  expect(JSON.stringify(answers).match(/"reason":"LIMITED"/g)).toHaveLength(5);
});

test('security, limits: every transport counts on the same account', async () => {
  const server = await serve({ rates: { calls: rate(4) } });
  const ada = await server.parley.person('ada');
  const authorization = `Bearer ${ada.accessToken}`;
  await server.http(ada.accessToken).auth.me.query();
  await server.ws(ada.accessToken).auth.me.query();
  expect((await fetch(`${server.url}/auth/me`, { headers: { authorization } })).status).toBe(200);
  const stop = new AbortController();
  expect(
    (await fetch(`${server.url}/events`, { headers: { authorization }, signal: stop.signal })).status,
  ).toBe(200);
  stop.abort();
  const refused = await fetch(`${server.url}/auth/me`, { headers: { authorization } });
  expect(refused.status).toBe(429);
  const problem: unknown = await refused.json();
  expect(problem).toMatchObject({ code: 'LIMITED', retryAfterMs: expect.toSatisfy(inAMinute) });
  expect(refused.headers.get('retry-after')).toMatch(/^(5\d|60)$/);
  expect((await fetch(`${server.url}/events`, { headers: { authorization } })).status).toBe(429);
  await expect(server.ws(ada.accessToken).auth.me.query()).rejects.toMatchObject({
    data: { reason: 'LIMITED' },
  });
  const grace = await server.parley.person('grace');
  await server.http(grace.accessToken).auth.me.query();
});

test('security, limits: sending, searching and subscribing are counted for themselves', async () => {
  const server = await serve({ rates: { send: rate(1), search: rate(1), subscribe: rate(1) } });
  const [ada, grace] = [await server.parley.person('ada'), await server.parley.person('grace')];
  const { conversations, messages, users } = server.http(ada.accessToken);
  const { id: conversationId } = await conversations.create.mutate({ participantIds: [grace.userId] });
  const limited = { data: { reason: 'LIMITED', code: 'TOO_MANY_REQUESTS' } };
  const first = { conversationId, content: 'one', id: newId() };
  await messages.send.mutate(first);
  await expect(messages.send.mutate(first)).rejects.toMatchObject(limited);
  await users.search.query({ q: 'grace' });
  await expect(users.search.query({ q: 'grace' })).rejects.toMatchObject(limited);
  const client = await signedIn(server, ada.accessToken);
  client.call(1, 'subscription', 'inbox.watch');
  await client.answer(1);
  client.call(2, 'subscription', 'messages.watch', { conversationId });
  expect((await client.answer(2)).error?.data['reason']).toBe('LIMITED');
});

test('security, limits: what is refused at the input or for its credentials is counted', async () => {
  const server = await serve({ rates: { openCalls: rate(3) } });
  const ask = async (path: string, init: RequestInit = {}) => (await fetch(server.url + path, init)).status;
  const headers = { 'content-type': 'application/json' };
  expect(await ask('/auth/login', { method: 'POST', body: '{}', headers })).toBe(400);
  expect(await ask('/auth/me')).toBe(401);
  expect(await ask('/auth/me', { headers: { authorization: 'Bearer forged' } })).toBe(401);
  expect(await ask('/auth/me', { headers: { authorization: 'Bearer forged' } })).toBe(429);
  const { accessToken } = await server.parley.person('ada');
  expect(await ask('/auth/me', { headers: { authorization: `Bearer ${accessToken}` } })).toBe(200);
});

test('security, limits: one socket too many of a person is told so and closed with 4429', async () => {
  const meter = new Metrics();
  const server = await serve({ socketsPerUser: 2 }, { meter });
  const { accessToken } = await server.parley.person('ada');
  const open = async () => {
    const client = await signedIn(server, accessToken);
    client.call(1, 'query', 'auth.me');
    return client;
  };
  const [first, second] = [await open(), await open()];
  for (const client of [first, second]) expect((await client.answer(1)).result).toBeDefined();
  const third = await open();
  expect((await third.close()).code).toBe(4429);
  expect(third.answers(null)[0]?.error?.data).toMatchObject({
    reason: 'LIMITED',
    retryAfterMs: expect.any(Number),
  });
  expect((await meter.read()).text).toContain('parley_limited_total{limit="sockets"} 1');
  const events = await fetch(`${server.url}/events`, { headers: { authorization: `Bearer ${accessToken}` } });
  expect(events.status).toBe(429);
  // Nothing is held for whoever was not let in.
  expect(server.engine.status().feeds.users).toBe(0);
  first.ws.close();
  await first.close();
  await expect
    .poll(async () => (await (await open()).answer(1).catch(() => null))?.result, { timeout: 5_000 })
    .toBeDefined();
});

test('security, limits: one connection too many from an address is told so and closed with 4429', async () => {
  const server = await serve({ rates: { connect: rate(2) } });
  const url = `${server.url.replace('http', 'ws')}/trpc`;
  for (let socket = 0; socket < 2; socket += 1) {
    using client = await RawClient.connect(url);
    client.say('PING');
    await client.until(() => client.heard.length === 1);
  }
  using client = await RawClient.connect(url);
  expect(await client.close()).toEqual({ code: 4429, reason: 'LIMITED' });
  const data = client.answers(null)[0]?.error?.data;
  expect(data).toMatchObject({ reason: 'LIMITED' });
  expect(data?.['retryAfterMs']).toSatisfy(inAMinute);
  const { accessToken } = await server.parley.person('ada');
  const events = await fetch(`${server.url}/events`, { headers: { authorization: `Bearer ${accessToken}` } });
  expect(events.status).toBe(429);
});

/** A call with a forged token, which counts for the address it comes from. */
const forge = async (server: RunningServer, forwarded: string): Promise<number> => {
  const headers = { authorization: 'Bearer forged', 'x-forwarded-for': forwarded, 'x-real-ip': forwarded };
  return (await fetch(`${server.url}/auth/me`, { headers: { ...headers, forwarded: `for=${forwarded}` } }))
    .status;
};

test('security, forwarded headers: a spoofed header changes no limit', async () => {
  const server = await serve({ rates: { openCalls: rate(2), connect: rate(1) } });
  const statuses: number[] = [];
  for (const last of [1, 2, 3, 4]) statuses.push(await forge(server, `198.51.100.${last}`));
  expect(statuses).toEqual([401, 401, 429, 429]);
  const socket = (address: string) =>
    new Promise<number>((resolve) => {
      const ws = new WebSocket(`${server.url.replace('http', 'ws')}/trpc`, {
        headers: { 'x-forwarded-for': address },
      });
      ws.on('open', () => ws.send('PING'));
      ws.on('message', (data) => {
        if (Buffer.isBuffer(data) && data.toString() === 'PONG') ws.close(1000);
      });
      ws.on('close', resolve);
    });
  expect(await socket('198.51.100.4')).not.toBe(4429);
  expect(await socket('198.51.100.5')).toBe(4429);
});

test('security, forwarded headers: of a proxy that is named they count', async () => {
  const server = await serve({ rates: { openCalls: rate(1) } }, { trustProxy: ['loopback'] });
  expect(await forge(server, '198.51.100.1')).toBe(401);
  expect(await forge(server, '198.51.100.1')).toBe(429);
  expect(await forge(server, '198.51.100.2')).toBe(401);
  // What the client itself put before the proxy's word is no address.
  expect(await forge(server, '203.0.113.7, 198.51.100.2')).toBe(429);
});

test('security, brute force: who guesses is told when to come back, and the owner signs in elsewhere', async () => {
  const server = await serve({ rates: { signIn: rate(2) } }, { trustProxy: ['loopback'] });
  const account = { email: 'grace@example.org', username: 'grace', password: 'correct horse battery' };
  await server.engine.services.auth.register({ address: '192.0.2.1', device: 'test' }, account);
  const login = (password: string, from: string) =>
    fetch(`${server.url}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
      body: JSON.stringify({ email: account.email, password }),
    });
  expect((await login('wrong', '198.51.100.1')).status).toBe(401);
  expect((await login('wrong', '198.51.100.1')).status).toBe(401);
  const refused = await login(account.password, '198.51.100.1');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toMatch(/^(5\d|60)$/);
  expect((await login(account.password, '192.0.2.1')).status).toBe(200);
});
