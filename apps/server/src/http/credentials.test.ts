import type { TestPerson } from '@parley/engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RawClient } from '../gateway/testing/raw-client.ts';
import { type RunningServer, startTestServer } from '../testing/running-server.ts';

let server: RunningServer;
let ada: TestPerson;
beforeAll(async () => {
  server = await startTestServer();
  ada = await server.parley.person('ada');
});
afterAll(() => server[Symbol.asyncDispose]());

/** Addresses with a good token in them. */
function spelled(): string[] {
  const token = encodeURIComponent(ada.accessToken);
  const params = encodeURIComponent(JSON.stringify({ token: ada.accessToken }));
  return [
    `token=${token}`,
    `access_token=${token}`,
    `authorization=${encodeURIComponent(`Bearer ${ada.accessToken}`)}`,
    `connectionParams=${params}`,
  ];
}

test('security, connect: a token in the address of a socket signs nobody in', async () => {
  for (const query of spelled()) {
    using client = await RawClient.connect(`${server.url.replace('http', 'ws')}/trpc?${query}`);
    client.call(1, 'query', 'auth.me');
    expect((await client.answer(1)).error?.data).toMatchObject({ reason: 'UNAUTHENTICATED' });
  }
});

test('security, connect: nor does one in the address of a request, or in a cookie', async () => {
  const paths = ['/trpc/auth.me', '/auth/me', '/events'];
  for (const path of paths.flatMap((one) => spelled().map((query) => `${one}?${query}`))) {
    expect((await fetch(server.url + path)).status).toBe(401);
  }
  for (const path of paths) {
    const headers = { cookie: `token=${ada.accessToken}; authorization=Bearer ${ada.accessToken}` };
    expect((await fetch(server.url + path, { headers })).status).toBe(401);
  }
});

test('security, connect: a token in the first frame does, and none of them all is in the log', async () => {
  using client = await RawClient.connect(`${server.url.replace('http', 'ws')}/trpc?connectionParams=1`);
  client.say({ method: 'connectionParams', data: { token: ada.accessToken } });
  client.call(1, 'query', 'auth.me');
  expect((await client.answer(1)).result?.data).toMatchObject({ username: 'ada' });
  expect(server.log()).toContain('UNAUTHENTICATED');
  expect(server.log()).not.toContain(ada.accessToken.slice(-20));
});
