import { testParley } from '@parley/engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServerProcess } from '../server-process.ts';
import { RestCaller } from './rest-caller.ts';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());

let ada: RestCaller;
let grace: RestCaller;
let url: string;
beforeAll(async () => {
  const parley = resources.use(await testParley());
  const server = resources.use(await startServerProcess({ databaseUrl: parley.connectionString }));
  url = server.url;
  ada = new RestCaller(url);
  grace = new RestCaller(url);
});

const password = 'a fine password';
const shapes = {
  person: ['id', 'username', 'displayName', 'avatar', 'isOnline', 'lastSeen'],
  message: ['id', 'content', 'messageType', 'isRead', 'isEdited', 'isDeleted', 'senderId', 'conversationId'],
  conversation: ['id', 'createdAt', 'updatedAt', 'title', 'unread', 'lastMessage'],
};

test('a frontend that knows REST only goes through a whole day', async () => {
  // Register, log in by e-mail address and by username, and ask who one is.
  const registered = await ada.expectStatus(201, 'POST', '/auth/register', {
    email: 'ada@example.com',
    username: 'ada',
    password,
  });
  expect(Object.keys(registered)).toEqual(['user', 'accessToken', 'refreshToken', 'expiresIn']);
  await grace.expectStatus(201, 'POST', '/auth/register', {
    email: 'grace@example.com',
    username: 'grace',
    password,
  });
  for (const [caller, email] of [
    [ada, 'ada@example.com'],
    [grace, 'grace'],
  ] as const) {
    caller.token = (await caller.expectStatus(200, 'POST', '/auth/login', { email, password })).accessToken;
  }
  const me = await ada.expectStatus(200, 'GET', '/auth/me');
  expect(me).toMatchObject({ username: 'ada', email: 'ada@example.com' });

  // Find somebody, by part of the username and by the whole e-mail address, and start to talk.
  const [found] = await ada.expectStatus(200, 'GET', '/users/search?q=grac');
  expect(Object.keys(found)).toEqual(shapes.person);
  expect(await ada.expectStatus(200, 'GET', '/users/search?q=grace%40example.com')).toEqual([found]);
  const conversation = await ada.expectStatus(201, 'POST', '/conversations', { participantIds: [found.id] });
  expect(Object.keys(conversation)).toEqual(expect.arrayContaining(shapes.conversation));
  const conversationId: string = conversation.id;

  // Send: each message once, however often it is sent with its key.
  const first = await ada.expectStatus(201, 'POST', '/messages', {
    conversationId,
    content: 'Good morning!',
    messageType: 'text',
  });
  expect(Object.keys(first)).toEqual(expect.arrayContaining(shapes.message));
  expect(first).toMatchObject({ isRead: false, isEdited: false, isDeleted: false, senderId: me.id });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await ada.expectStatus(
      201,
      'POST',
      '/messages',
      { conversationId, content: 'Are you there?' },
      { 'idempotency-key': 'morning-2' },
    );
  }
  for (let n = 3; n <= 7; n += 1) {
    await ada.expectStatus(201, 'POST', '/messages', { conversationId, content: `Thought ${n}` });
  }

  // List, from the latest page backwards, as the links say.
  const contents: string[][] = [];
  let path: string | undefined = `/messages/conversation/${conversationId}?limit=3`;
  while (path !== undefined) {
    const { status, body, headers } = await grace.call('GET', path);
    expect(status).toBe(200);
    contents.unshift(body.messages.map(({ content }: { content: string }) => content));
    path = /<([^>]+)>; rel="prev"/.exec(headers.get('link') ?? '')?.[1];
  }
  expect(contents.flat()).toEqual([
    'Good morning!',
    'Are you there?',
    ...[3, 4, 5, 6, 7].map((n) => `Thought ${n}`),
  ]);

  // Edit and delete, by the message's id alone.
  const edited = await ada.expectStatus(200, 'PUT', `/messages/${first.id}`, { content: 'Good evening!' });
  expect(edited).toMatchObject({ content: 'Good evening!', isEdited: true, isRead: false });
  const deleted = await ada.expectStatus(200, 'DELETE', `/messages/${first.id}`);
  expect(deleted).toMatchObject({ content: '', isDeleted: true });
  await grace.expectStatus(403, 'PUT', `/messages/${first.id}`, { content: 'mine now' });

  await readsInThreeWays(conversationId);

  // The profile, the password, and being online.
  const profile = await ada.expectStatus(200, 'PUT', '/auth/profile', { displayName: 'Ada L.' });
  expect(profile).toMatchObject({ displayName: 'Ada L.', username: 'ada' });
  const online = await ada.expectStatus(200, 'PUT', '/auth/online-status', { isOnline: true });
  expect(online.isOnline).toBe(true);
  expect(await grace.expectStatus(200, 'GET', `/users/${me.id}`)).toMatchObject({ isOnline: true });
  const newPassword = 'an even finer one';
  await ada.expectStatus(204, 'PUT', '/auth/change-password', { currentPassword: password, newPassword });
  await ada.expectStatus(401, 'POST', '/auth/login', { email: 'ada', password });
  const again = await ada.expectStatus(200, 'POST', '/auth/login', { email: 'ada', password: newPassword });
  await ada.expectStatus(200, 'POST', '/auth/refresh', { refreshToken: again.refreshToken });
  await ada.expectStatus(204, 'POST', '/auth/logout');
  await ada.expectStatus(401, 'GET', '/auth/me');
});

/** Up to a position, up to messages, and all: the unread number and both sides' `isRead` follow. */
async function readsInThreeWays(conversationId: string): Promise<void> {
  const list = `/messages/conversation/${conversationId}`;
  const isRead = async (caller: RestCaller): Promise<boolean[]> => {
    const { messages } = await caller.expectStatus(200, 'GET', list);
    return messages.map((message: { isRead: boolean }) => message.isRead);
  };
  const unread = async (): Promise<number> =>
    (await grace.expectStatus(200, 'GET', `/conversations/${conversationId}`)).unread;
  const { messages } = await grace.expectStatus(200, 'GET', list);
  expect(await unread()).toBe(7);
  const upTo: [object, number][] = [
    [{ position: 2 }, 2],
    [{ messageIds: [messages[3].id, messages[2].id] }, 4],
    [{ position: 1 }, 4],
    [{}, 7],
  ];
  for (const [input, read] of upTo) {
    await grace.expectStatus(200, 'PUT', '/messages/mark-as-read', { conversationId, ...input });
    const expected = messages.map(({ position }: { position: number }) => position <= read);
    expect(await unread()).toBe(7 - read);
    expect(await isRead(grace)).toEqual(expected);
    expect(await isRead(ada)).toEqual(expected);
  }
}

test('bad input is answered with a problem that says what is wrong', async () => {
  const anyone = new RestCaller(url);
  const { body, headers } = await anyone.call('POST', '/auth/register', { email: 'x', username: 'eve' });
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(body).toMatchObject({ status: 400, code: 'INVALID_INPUT', retryable: false });
  expect(body.fields.map(({ path }: { path: string }) => path)).toEqual(['email', 'password']);
  const taken = { email: 'GRACE@example.com', username: 'grace2', password };
  const answers: [number, string, Promise<{ status: number; body: { code: string } }>][] = [
    [409, 'EMAIL_TAKEN', anyone.call('POST', '/auth/register', taken)],
    [401, 'WRONG_CREDENTIALS', anyone.call('POST', '/auth/login', { email: 'nobody', password })],
    [401, 'UNAUTHENTICATED', anyone.call('GET', '/conversations')],
    [400, 'INVALID_INPUT', grace.call('GET', '/users/search')],
    [404, 'NOT_FOUND', grace.call('GET', '/messages/conversation/a/b')],
    [405, 'METHOD_NOT_ALLOWED', grace.call('PUT', '/auth/login', {})],
    [403, 'FORBIDDEN', grace.call('GET', '/auth/me', undefined, { origin: 'http://evil.example' })],
  ];
  for (const [status, code, answer] of answers) {
    const told = await answer;
    expect([told.status, told.body.code]).toEqual([status, code]);
  }
});
