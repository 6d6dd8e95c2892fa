import { closeCodes } from '@parley/contract';
import { appRouter, scopes } from '@parley/contract/router';
import { KeyOperator } from '@parley/engine/operations';
import { silentLog, type TestPerson } from '@parley/engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RawClient } from './gateway/testing/raw-client.ts';
import { goodOrigin, type RunningServer, startTestServer } from './testing/running-server.ts';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
let server: RunningServer;
let operator: KeyOperator;
let ada: TestPerson;
beforeAll(async () => {
  server = resources.use(await startTestServer());
  operator = resources.use(new KeyOperator(server.parley.connectionString, silentLog));
  ada = await server.parley.person('ada');
});

const make = (its: readonly string[]) => operator.create({ name: 'a bot', scopes: its, expiresAt: null });

/** An answer's JSON, of which a test knows what it is. */
const bodyOf = async (response: Response) => JSON.parse(await response.text());

async function connect(token: string, user: string | null = ada.userId, origin?: string): Promise<RawClient> {
  const url = `${server.url.replace('http', 'ws')}/trpc?connectionParams=1`;
  const client = await RawClient.connect(url, origin === undefined ? {} : { origin });
  resources.defer(() => client[Symbol.dispose]());
  client.say({ method: 'connectionParams', data: { token, user } });
  return client;
}

function rest(method: string, path: string, key: string, more: Record<string, string> = {}, body?: object) {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  return fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...json, ...more },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

interface Procedure {
  readonly path: string;
  readonly type: string;
  readonly open: boolean;
  /** As it should be, worked out apart from what decides it: null where no key may go. */
  readonly scope: string | null;
}

/** One that only some servers are to have, and a subscription that others see. */
const exceptions = new Map([
  ['users.provision', 'users:provision'],
  ['presence.away', 'presence:write'],
]);

const procedures = Object.entries(appRouter._def.procedures).map(
  ([path, procedure]: [string, unknown]): Procedure => {
    const { type, meta } = (procedure as { _def: { type: string; meta: { open?: boolean } } })._def;
    const [feature = ''] = path.split('.');
    const byRule = feature === 'auth' ? null : `${feature}:${type === 'mutation' ? 'write' : 'read'}`;
    const scope = exceptions.get(path) ?? byRule;
    return { path, type, open: meta.open === true, scope };
  },
);
const closed = procedures.filter(({ open }) => !open);

/** What each procedure answers to a key, by path: an error's code and text, or null. */
async function answersTo(
  key: string,
  called: readonly Procedure[],
): Promise<Map<string, [string, string] | null>> {
  const client = await connect(key);
  const answers = new Map<string, [string, string] | null>();
  for (const { path, type } of called) {
    client.call(path, type, path, { nonsense: true });
    const { error } = await client.answer(path);
    answers.set(path, error === undefined ? null : [String(error.data['reason']), error.message]);
    if (type === 'subscription') client.say({ id: path, method: 'subscription.stop' });
  }
  return answers;
}

test('security, authorisation: a key without any scope reaches no procedure', async () => {
  const { key } = await make([]);
  const answers = await answersTo(key, closed);
  expect(answers.size).toBeGreaterThan(20);
  for (const [path, answer] of answers) expect(answer?.[0], path).toBe('FORBIDDEN');
});

test('security, authorisation: a key with all scopes but one reaches none of its procedures', async () => {
  expect([...new Set(closed.flatMap(({ scope }) => scope ?? []))].toSorted()).toEqual(scopes);
  for (const scope of scopes) {
    const { key } = await make(scopes.filter((other) => other !== scope));
    const answers = await answersTo(
      key,
      closed.filter((procedure) => procedure.scope === scope),
    );
    expect(answers.size).toBeGreaterThan(0);
    for (const [path, answer] of answers) {
      expect(answer).toEqual(['FORBIDDEN', `unable to call ${path}; the API key lacks the scope ${scope}`]);
    }
  }
});

test('security, authorisation: a key with all scopes reaches all but what is about credentials and sessions', async () => {
  const { key } = await make(scopes);
  const answers = await answersTo(key, closed);
  const refused = [...answers].flatMap(([path, answer]) =>
    answer?.[0] === 'FORBIDDEN' ? [[path, answer[1]]] : [],
  );
  const forPeople = closed.filter(({ scope }) => scope === null);
  expect(refused).toEqual(
    forPeople.map(({ path }) => [path, `unable to call ${path}; it is not for API keys`]),
  );
});

test('a server acts for whom it names, over REST, tRPC and a socket', async () => {
  const { key } = await make(['messages:write', 'conversations:write', 'inbox:read']);
  const grace = await server.parley.person('grace');
  const forAda = { 'x-parley-user': ada.userId };
  const room = await rest('POST', '/conversations', key, forAda, { participantIds: [grace.userId] });
  const { id: conversationId } = await bodyOf(room);
  const sent = await rest(
    'POST',
    '/messages',
    key,
    { ...forAda, 'idempotency-key': 'order-66' },
    {
      conversationId,
      content: 'by REST',
    },
  );
  expect([sent.status, (await bodyOf(sent)).senderId]).toEqual([201, ada.userId]);
  const again = { conversationId, content: 'by REST' };
  const repeated = await rest('POST', '/messages', key, { ...forAda, 'idempotency-key': 'order-66' }, again);
  expect(repeated.status).toBe(201);
  const byTrpc = await rest('POST', '/trpc/messages.send', key, forAda, {
    conversationId,
    content: 'by tRPC',
  });
  expect((await bodyOf(byTrpc)).result.data.senderId).toBe(ada.userId);
  const client = await connect(key);
  client.call(1, 'mutation', 'messages.send', { conversationId, content: 'by socket' });
  expect((await client.answer(1)).result?.data).toMatchObject({ senderId: ada.userId, position: 3 });
  const refused = await rest('GET', `/messages/conversation/${conversationId}`, key, forAda);
  expect(await bodyOf(refused)).toMatchObject({
    code: 'FORBIDDEN',
    detail: 'unable to call messages.list; the API key lacks the scope messages:read',
  });
});

test('without naming anybody it reaches what needs nobody', async () => {
  const { key } = await make(['users:provision', 'conversations:read']);
  const made = await rest('POST', '/users', key, {}, { externalId: 'u-17', displayName: 'Ada L.' });
  expect([made.status, (await bodyOf(made)).displayName]).toEqual([201, 'Ada L.']);
  const listed = await rest('GET', '/conversations', key);
  expect([listed.status, (await bodyOf(listed)).detail]).toEqual([
    401,
    'unable to answer; the API key names nobody to act for',
  ]);
  const socket = await connect(key, null);
  socket.call(1, 'mutation', 'users.provision', { externalId: 'u-17' });
  expect((await socket.answer(1)).result?.data).toMatchObject({ displayName: 'Ada L.' });
  socket.call(2, 'query', 'conversations.list', {});
  expect((await socket.answer(2)).error?.data['reason']).toBe('UNAUTHENTICATED');
  const person = await rest('POST', '/users', ada.accessToken, {}, { externalId: 'u-18' });
  expect([person.status, (await bodyOf(person)).code]).toEqual([403, 'FORBIDDEN']);
});

test('a key in a page is refused, also one of an allowed origin', async () => {
  const { key } = await make(scopes);
  const inPage = await rest('GET', '/conversations', key, {
    origin: goodOrigin,
    'x-parley-user': ada.userId,
  });
  expect([inPage.status, (await bodyOf(inPage)).detail]).toEqual([
    403,
    'unable to answer; an API key must not be used in a page',
  ]);
  for (const user of [ada.userId, null]) {
    expect(await (await connect(key, user, goodOrigin)).close()).toMatchObject({ code: closeCodes.refused });
  }
  expect(await (await connect(key, '0198b8a3-9d5c-7a14-8a2e-6f0a4c1d2e3f')).close()).toMatchObject({
    code: closeCodes.refused,
  });
});

test('I10 a revoked key closes its sockets and streams', async () => {
  const { id, key } = await make(['inbox:read', 'users:provision']);
  const sockets = await Promise.all([connect(key), connect(key, null)]);
  for (const socket of sockets) socket.call(1, 'mutation', 'users.provision', { externalId: 'u-17' });
  await Promise.all(sockets.map((socket) => socket.answer(1)));
  const events = await rest('GET', '/events', key, { 'x-parley-user': ada.userId });
  expect(events.status).toBe(200);
  await operator.revoke(id);
  for (const socket of sockets) expect((await socket.close()).code).toBe(closeCodes.signInAgain);
  expect(await events.text()).toContain('"code":"UNAUTHENTICATED"');
  const refused = await rest('GET', '/events', key, { 'x-parley-user': ada.userId });
  expect([refused.status, (await bodyOf(refused)).detail]).toEqual([
    401,
    'unable to answer; the API key was revoked or has expired',
  ]);
});

test('the document says what a key needs', async () => {
  const document = await bodyOf(await fetch(`${server.url}/api/openapi.json`));
  expect(document.paths['/messages'].post.security).toEqual([
    { bearer: [] },
    { apiKey: ['messages:write'], actsFor: [] },
  ]);
  expect(document.paths['/users'].post.security).toEqual([{ apiKey: ['users:provision'] }]);
  expect(document.paths['/auth/me'].get.security).toEqual([{ bearer: [] }]);
  expect(document.paths['/auth/login'].post.security).toEqual([]);
  expect(document.paths['/events'].get.security).toEqual([
    { bearer: [] },
    { apiKey: ['inbox:read'], actsFor: [] },
  ]);
});

test('security, logs: no key is in the log', async () => {
  const { key } = await make(scopes);
  await rest('GET', '/conversations', key, { 'x-parley-user': ada.userId });
  await rest('GET', '/conversations', `${key}0`, { 'x-parley-user': ada.userId });
  await (await connect(`${key}0`)).close();
  expect(server.log()).not.toContain(key.slice(-64));
});
