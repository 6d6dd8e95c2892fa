import { newId, oldestProtocolVersion, protocolHeader, protocolVersion } from '@parley/contract';
import type { Message } from '@parley/contract';
import { signedUp } from '@parley/engine/testing';
import { TRPCClientError } from '@trpc/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RawClient } from './gateway/testing/raw-client.ts';
import { type RunningServer, startTestServer } from './testing/running-server.ts';

let server: RunningServer;
const password = 'a fine password';
const tokens = { ada: '', grace: '', stranger: '' };
const ids = { ada: '', grace: '' };
let conversationId: string;

beforeAll(async () => {
  server = await startTestServer();
  const { auth } = server.http();
  const [ada, grace, stranger] = await Promise.all(
    ['ada', 'grace', 'stranger'].map(async (username) =>
      signedUp(await auth.register.mutate({ username, email: `${username}@example.com`, password })),
    ),
  );
  tokens.ada = ada?.accessToken ?? '';
  tokens.grace = grace?.accessToken ?? '';
  tokens.stranger = stranger?.accessToken ?? '';
  ids.ada = ada?.user.id ?? '';
  ids.grace = grace?.user.id ?? '';
  const conversation = await server
    .http(tokens.ada)
    .conversations.create.mutate({ participantIds: [ids.grace] });
  conversationId = conversation.id;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** What the promise fails with, as the client sees it. */
async function failure(promise: Promise<unknown>): Promise<Record<string, unknown>> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TRPCClientError)) throw error;
  return { ...error.data, message: error.message };
}

test.each(['http', 'ws'] as const)('two people talk, over %s', async (kind) => {
  const ada = server[kind](tokens.ada);
  const grace = server[kind](tokens.grace);
  const content = 'مرحبا 你好 👩‍👩‍👧 <b>"; drop table messages; --</b>\n`code`';
  const { epoch: _, ...sent } = await ada.messages.send.mutate({ conversationId, content });
  const { messages } = await grace.messages.list.query({ conversationId });
  expect(messages.at(-1)).toEqual(sent);
  expect(sent.content).toBe(content);
  const { conversations } = await grace.conversations.list.query({});
  const { isRead, ...lastMessage } = sent;
  expect(isRead).toBe(false);
  expect(conversations[0]).toMatchObject({ id: conversationId, lastMessage });
});

test('one who watches sees what is said, once and in order', async () => {
  const seen: Message[] = [];
  const ready = Promise.withResolvers<void>();
  const subscription = server.ws(tokens.grace).messages.watch.subscribe(
    { conversationId },
    {
      onData: ({ data }) => {
        if (data.type === 'ready') ready.resolve();
        if (data.type !== 'changes') return;
        for (const row of data.rows) if (row.type === 'message') seen.push(row.message);
      },
      onError: (error) => ready.reject(error),
    },
  );
  await ready.promise;
  const ada = server.ws(tokens.ada);
  const sent = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      ada.messages.send.mutate({ conversationId, content: `line ${n}`, id: newId() }),
    ),
  );
  sent.sort((a, b) => a.position - b.position);
  await expect.poll(() => seen.map(({ id }) => id)).toEqual(sent.map(({ id }) => id));
  subscription.unsubscribe();
});

test('one who watches the inbox is told of a conversation gained', async () => {
  const types: string[] = [];
  const subscription = server.ws(tokens.stranger).inbox.watch.subscribe(undefined, {
    onData: (events) => types.push(...events.map(({ type }) => type)),
  });
  await expect.poll(() => types).toEqual(['ready']);
  const { id } = await server.http(tokens.stranger).auth.me.query();
  await server.http(tokens.ada).conversations.create.mutate({ participantIds: [id], title: 'Club' });
  await expect.poll(() => types).toContain('gained');
  subscription.unsubscribe();
});

test('signing out closes the sockets of that session', async () => {
  const { accessToken } = await server.http().auth.login.mutate({ email: 'ada', password });
  using socket = await RawClient.connect(`${server.url.replace('http', 'ws')}/trpc?connectionParams=1`);
  socket.say({ method: 'connectionParams', data: { token: accessToken } });
  socket.call(1, 'query', 'auth.me');
  expect((await socket.answer(1)).result?.data).toMatchObject({ username: 'ada' });
  await server.http(accessToken).auth.logout.mutate();
  expect((await socket.close()).code).toBe(4401);
  expect(await failure(server.http(accessToken).auth.me.query())).toMatchObject({
    reason: 'UNAUTHENTICATED',
  });
});

const forged = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.';
test.each(['http', 'ws'] as const)('bad input is answered with its code, over %s', async (kind) => {
  const open = server[kind]();
  const ada = server[kind](tokens.ada);
  const stranger = server[kind](tokens.stranger);
  const send = (content: string, to = conversationId) =>
    failure(ada.messages.send.mutate({ conversationId: to, content }));
  const register = (account: object) =>
    failure(open.auth.register.mutate({ username: 'new', email: 'new@example.com', password, ...account }));
  expect(await send('')).toMatchObject({ reason: 'INVALID_INPUT', fields: [{ path: 'content' }] });
  expect(await send(' \n\t')).toMatchObject({ reason: 'INVALID_INPUT', fields: [{ path: 'content' }] });
  expect(await send('x'.repeat(10_001))).toMatchObject({
    reason: 'INVALID_INPUT',
    fields: [{ path: 'content' }],
  });
  expect(await send('nul \0 here')).toMatchObject({ reason: 'INVALID_INPUT' });
  expect(await send('x', newId())).toMatchObject({ reason: 'NOT_MEMBER', httpStatus: 404 });
  expect(await send('x', 'not-a-uuid')).toMatchObject({
    reason: 'INVALID_INPUT',
    fields: [{ path: 'conversationId' }],
  });
  expect(await failure(stranger.messages.list.query({ conversationId }))).toMatchObject({
    reason: 'NOT_MEMBER',
  });
  const extra = { conversationId, content: 'x', colour: 'red' };
  expect(await failure(ada.messages.send.mutate(extra))).toMatchObject({ reason: 'INVALID_INPUT' });
  expect(await register({ email: 'ADA@Example.com' })).toMatchObject({
    reason: 'EMAIL_TAKEN',
    httpStatus: 409,
  });
  expect(await register({ username: 'ADA' })).toMatchObject({ reason: 'USERNAME_TAKEN', httpStatus: 409 });
  expect(await failure(open.auth.login.mutate({ email: 'ada', password: 'wrong' }))).toMatchObject({
    reason: 'WRONG_CREDENTIALS',
    httpStatus: 401,
  });
  expect(await failure(open.auth.me.query())).toMatchObject({ reason: 'UNAUTHENTICATED', httpStatus: 401 });
  const { messages } = await ada.messages.list.query({ conversationId, limit: 1 });
  expect(messages).toHaveLength(1);
});

test('a forged token is refused over HTTP', async () => {
  expect(await failure(server.http(forged).auth.me.query())).toMatchObject({ reason: 'UNAUTHENTICATED' });
});

test.each([
  [oldestProtocolVersion - 1, 4410, 'OUTDATED'],
  [protocolVersion + 1, 1012, 'UNAVAILABLE'],
  ['one', 4403, 'MALFORMED_REQUEST'],
])('a socket that speaks version %s of the protocol is closed with %d', async (protocol, code, reason) => {
  using socket = await RawClient.connect(`${server.url.replace('http', 'ws')}/trpc?connectionParams=1`);
  socket.say({ method: 'connectionParams', data: { token: tokens.ada, protocol: String(protocol) } });
  expect(await socket.close()).toEqual({ code, reason });
  expect(socket.answers(null)[0]?.error?.data['reason']).toBe(reason);
});

test('a socket that speaks the version of the server is let in', async () => {
  using socket = await RawClient.connect(`${server.url.replace('http', 'ws')}/trpc?connectionParams=1`);
  socket.say({ method: 'connectionParams', data: { token: tokens.ada, protocol: String(protocolVersion) } });
  socket.call(1, 'query', 'auth.me');
  expect((await socket.answer(1)).result?.data).toMatchObject({ username: 'ada' });
});

test.each([
  [oldestProtocolVersion - 1, 412, 'OUTDATED'],
  [protocolVersion + 1, 503, 'UNAVAILABLE'],
  ['one', 400, 'MALFORMED_REQUEST'],
])('a request that speaks version %s of the protocol is answered with %d', async (version, status, code) => {
  const headers = { authorization: `Bearer ${tokens.ada}`, [protocolHeader]: String(version) };
  const rest = await fetch(`${server.url}/auth/me`, { headers });
  expect(rest.status).toBe(status);
  expect(await rest.json()).toMatchObject({ code });
  const trpc = await fetch(`${server.url}/trpc/auth.me`, { headers });
  expect(trpc.status).toBe(status);
  expect(await trpc.json()).toMatchObject({ error: { data: { reason: code } } });
});

test('an open socket goes on with a newer token of its session, and not with that of another', async () => {
  const { http } = server;
  const first = await http().auth.login.mutate({ email: 'ada', password });
  using socket = await RawClient.connect(`${server.url.replace('http', 'ws')}/trpc?connectionParams=1`);
  socket.say({ method: 'connectionParams', data: { token: first.accessToken } });
  const renewed = await http().auth.refresh.mutate({ refreshToken: first.refreshToken });
  socket.say({ method: 'connectionParams', data: { token: renewed.accessToken } });
  socket.call(1, 'query', 'auth.me');
  expect((await socket.answer(1)).result?.data).toMatchObject({ username: 'ada' });
  socket.say({ method: 'connectionParams', data: { token: tokens.ada } });
  expect((await socket.close()).code).toBe(4401);
});

test('a forged token closes the socket', async () => {
  using socket = await RawClient.connect(`${server.url.replace('http', 'ws')}/trpc?connectionParams=1`);
  socket.say({ method: 'connectionParams', data: { token: forged } });
  expect((await socket.close()).code).toBe(4401);
});

test('watching what one is not in ends with NOT_MEMBER, as a call and as a stream', async () => {
  const ended = Promise.withResolvers<unknown>();
  server
    .ws(tokens.stranger)
    .messages.watch.subscribe({ conversationId }, { onError: (error) => ended.resolve(error.data) });
  expect(await ended.promise).toMatchObject({ reason: 'NOT_MEMBER' });
  await server.http(tokens.ada).messages.send.mutate({ conversationId, content: 'still going' });
});

test('no password, token or message reached the log', () => {
  for (const secret of [password, tokens.ada, tokens.grace, 'still going', 'drop table']) {
    expect(server.log()).not.toContain(secret);
  }
  expect(server.log()).toContain('call refused');
});
