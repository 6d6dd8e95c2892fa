import { closeCodes } from '@parley/contract';
import { type TestIssuer, testIssuer } from '@parley/engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RawClient } from './gateway/testing/raw-client.ts';
import { type RunningServer, startTestServer } from './testing/running-server.ts';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
let issuer: TestIssuer;
let server: RunningServer;
beforeAll(async () => {
  issuer = resources.use(await testIssuer({ cooldownMs: 0 }));
  server = resources.use(await startTestServer({ engine: { issuer: issuer.options } }));
});

const now = () => Math.floor(Date.now() / 1000);
const rest = (path: string, token: string) =>
  fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } });

/** An answer's JSON, of which a test knows what it is. */
const bodyOf = async (response: Response) => JSON.parse(await response.text());

async function connect(token: string): Promise<RawClient> {
  const client = await RawClient.connect(`${server.url.replace('http', 'ws')}/trpc?connectionParams=1`);
  resources.defer(() => client[Symbol.dispose]());
  client.say({ method: 'connectionParams', data: { token } });
  return client;
}

/** Who the socket is for. */
async function whoIs(client: RawClient, call: number): Promise<unknown> {
  client.call(call, 'query', 'auth.me');
  return (await client.answer(call)).result?.data;
}

test('a token of the issuer is taken by every transport, for the same person', async () => {
  const token = await issuer.token({ sub: 'ada', name: 'Ada' });
  const me = await server.http(token).auth.me.query();
  expect(me).toMatchObject({ displayName: 'Ada', email: null });
  expect(await bodyOf(await rest('/auth/me', token))).toMatchObject({ id: me.id });
  expect(await whoIs(await connect(token), 1)).toMatchObject({ id: me.id });
  const events = await rest('/events', token);
  expect(events.status).toBe(200);
  await events.body?.cancel();
});

test('security, session: a socket goes on with a newer token of the same person, of another session there, too', async () => {
  const claims = { sub: 'grace', jti: 'one' };
  const first = await issuer.token({ ...claims, exp: now() + 2 });
  const client = await connect(first);
  const withoutNewer = await connect(first);
  const me = await whoIs(client, 1);
  const next = await issuer.token({ ...claims, jti: 'two', exp: now() + 600 });
  client.say({ method: 'connectionParams', data: { token: next } });
  const { sessionId } = await server.engine.authenticate(next);
  expect((await withoutNewer.close()).code).toBe(closeCodes.signInAgain);
  expect(await whoIs(client, 2)).toEqual(me);
  // From then on it is the second whose end ends it.
  await server.parley.db
    .updateTable('sessions')
    .set({ ended_at: new Date() })
    .where('id', '=', sessionId)
    .execute();
  expect((await client.close()).code).toBe(closeCodes.signInAgain);
});

test('security, session: a socket closes when the token has expired, and for one of somebody else', async () => {
  const short = await connect(await issuer.token({ sub: 'grace', exp: now() + 2 }));
  const mine = await connect(await issuer.token({ sub: 'grace' }));
  const own = await connect((await server.parley.person('own')).accessToken);
  await Promise.all([whoIs(short, 1), whoIs(mine, 1), whoIs(own, 1)]);
  const token = await issuer.token({ sub: 'ada' });
  for (const socket of [mine, own]) socket.say({ method: 'connectionParams', data: { token } });
  for (const socket of [mine, own, short]) {
    expect(await socket.close()).toEqual({ code: closeCodes.signInAgain, reason: 'UNAUTHENTICATED' });
  }
});

test('signing out keeps the token out', async () => {
  const token = await issuer.token({ sub: 'leaver' });
  const client = await connect(token);
  await whoIs(client, 1);
  await server.http(token).auth.logout.mutate();
  expect((await client.close()).code).toBe(closeCodes.signInAgain);
  expect((await rest('/auth/me', token)).status).toBe(401);
});

test('while nobody can say whose key it is, the caller is told to come back', async () => {
  const known = await issuer.token({ sub: 'ada' });
  await server.http(known).auth.me.query();
  issuer.setReachable(false);
  await issuer.addKey('unheard of');
  const unknown = await issuer.token({ sub: 'ada' });
  const answer = await rest('/auth/me', unknown);
  expect([answer.status, (await bodyOf(answer)).code]).toEqual([503, 'UNAVAILABLE']);
  expect((await (await connect(unknown)).close()).code).toBe(closeCodes.restarting);
  expect((await rest('/auth/me', known)).status).toBe(200);
});
