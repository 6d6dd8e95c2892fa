import { newId } from '@parley/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goodOrigin, type RunningServer, startTestServer } from '../testing/running-server.ts';

let server: RunningServer;
const tokens = { ada: '', grace: '' };
const ids = { ada: '', grace: '' };
let conversationId: string;

beforeAll(async () => {
  server = await startTestServer();
  for (const name of ['ada', 'grace'] as const) {
    const person = await server.parley.person(name);
    tokens[name] = person.accessToken;
    ids[name] = person.userId;
  }
  const made = await call('POST', '/conversations', { participantIds: [ids.grace] });
  conversationId = made.body.id;
});
afterAll(() => server[Symbol.asyncDispose]());

type Headers = Record<string, string>;

/** Calls as Ada unless the headers say otherwise. */
async function call(method: string, path: string, body?: unknown, headers: Headers = {}) {
  const response = await fetch(server.url + path, {
    method,
    headers: {
      authorization: `Bearer ${tokens.ada}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { response, status: response.status, text, body: text === '' ? undefined : JSON.parse(text) };
}

const asGrace = () => ({ authorization: `Bearer ${tokens.grace}` });
const send = (content: string, headers?: Headers) =>
  call('POST', '/messages', { conversationId, content }, headers);

test('what is made has a place where it can be read', async () => {
  const sent = await send('found again');
  expect(sent.status).toBe(201);
  const there = await call('GET', sent.response.headers.get('location') ?? '', undefined, asGrace());
  expect({ ...there.body, epoch: sent.body.epoch }).toEqual(sent.body);
});

test('a direct conversation is made once, and found from then on', async () => {
  const found = await call('POST', '/conversations', { participantIds: [ids.grace] });
  expect([found.status, found.body.created, found.body.id]).toEqual([200, false, conversationId]);
  expect(found.response.headers.get('location')).toBeNull();
  const group = await call('POST', '/conversations', { participantIds: [ids.grace], title: 'Club' });
  expect([group.status, group.body.created]).toEqual([201, true]);
  const there = await call('GET', group.response.headers.get('location') ?? '');
  expect(there.body).toMatchObject({ id: group.body.id, title: 'Club' });
});

test.each(['0198b8a3-9d5c-7a14-8a2e-6f0a4c1d2e3f', 'order-66', '"quoted"'])(
  'the same Idempotency-Key, %s, sends once',
  async (key) => {
    const [one, two] = [
      await send('once', { 'idempotency-key': key }),
      await send('once', { 'idempotency-key': key }),
    ];
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(two.body).toEqual(one.body);
    const other = await send('something else', { 'idempotency-key': key });
    expect([other.status, other.body.code]).toEqual([409, 'CONFLICT']);
  },
);

test('an Idempotency-Key that is a UUID is the id of the message; another one is each person’s own', async () => {
  const id = newId();
  expect((await send('named', { 'idempotency-key': id.toUpperCase() })).body.id).toBe(id);
  const mine = await send('hello', { 'idempotency-key': 'greeting' });
  const theirs = await send('hello', { 'idempotency-key': 'greeting', ...asGrace() });
  expect(mine.body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8/);
  expect([theirs.status, theirs.body.id === mine.body.id]).toEqual([201, false]);
});

test.each(['', 'two words', 'ü'.repeat(3), 'x'.repeat(256)])(
  'the Idempotency-Key %j is refused',
  async (key) => {
    const { status, body } = await send('x', { 'idempotency-key': key });
    expect([status, body.fields]).toEqual([400, [{ path: 'Idempotency-Key', message: expect.any(String) }]]);
  },
);

test('an Idempotency-Key that contradicts the id is refused', async () => {
  const input = { conversationId, content: 'x', id: newId() };
  expect((await call('POST', '/messages', input, { 'idempotency-key': newId() })).status).toBe(400);
  expect((await call('POST', '/messages', input, { 'idempotency-key': input.id })).status).toBe(201);
});

test('pages are linked both ways, and lead through everything', async () => {
  const { body: group } = await call('POST', '/conversations', {
    participantIds: [ids.grace],
    title: 'Long',
  });
  for (let n = 1; n <= 7; n += 1) {
    await call('POST', '/messages', { conversationId: group.id, content: `${n}` });
  }
  const walk = async (from: string, relation: string): Promise<number[][]> => {
    const { body, response } = await call('GET', from);
    const here: number[] = body.messages.map(({ position }: { position: number }) => position);
    const next = new RegExp(`<([^>]+)>; rel="${relation}"`).exec(response.headers.get('link') ?? '')?.[1];
    return next === undefined ? [here] : [here, ...(await walk(next, relation))];
  };
  const list = `/messages/conversation/${group.id}`;
  expect(await walk(`${list}?limit=3`, 'prev')).toEqual([
    [6, 7, 8],
    [3, 4, 5],
    [1, 2],
  ]);
  expect(await walk(`${list}?limit=3&after=0`, 'next')).toEqual([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8],
  ]);
  const members = await call('GET', `/conversations/${group.id}/members?limit=1`);
  const [, next = ''] = /<([^>]+)>; rel="next"/.exec(members.response.headers.get('link') ?? '') ?? [];
  const rest = await call('GET', next);
  const seen = [...members.body.members, ...rest.body.members].map(({ userId }) => userId);
  expect(new Set(seen)).toEqual(new Set([ids.ada, ids.grace]));
  expect(rest.response.headers.get('link')).toBeNull();
  const conversations = await call('GET', '/conversations?limit=1');
  expect(conversations.response.headers.get('link')).toMatch(
    /^<\/conversations\?cursor=[^>]+&limit=1>; rel="next"$/,
  );
});

test('an answer one has is not sent again, until it changes', async () => {
  const path = `/conversations/${conversationId}`;
  const etag = (await call('GET', path)).response.headers.get('etag') ?? '';
  const again = await call('GET', path, undefined, { 'if-none-match': `"other", W/${etag}` });
  expect([again.status, again.text]).toEqual([304, '']);
  expect(again.response.headers.get('etag')).toBe(etag);
  await send('news');
  expect((await call('GET', path, undefined, { 'if-none-match': etag })).status).toBe(200);
});

test('lists and numbers are read from the query string, for REST alone', async () => {
  const one = await call('GET', `/users?userIds=${ids.grace}`);
  const two = await call('GET', `/users?userIds=${ids.grace}&userIds=${ids.ada}`);
  expect([one.body.length, two.body.length]).toEqual([1, 2]);
  expect((await call('GET', '/users/search?q=grace&limit=1')).body).toHaveLength(1);
  const input = encodeURIComponent(JSON.stringify({ conversationId, limit: '1' }));
  expect((await call('GET', `/trpc/messages.list?input=${input}`)).status).toBe(400);
  expect((await call('PUT', '/auth/online-status', { isOnline: 'false' })).status).toBe(400);
});

test.each([
  ['malformed JSON', () => call('POST', '/messages', '{"content":'), 400, 'MALFORMED_REQUEST'],
  ['a key into the prototype', () => call('POST', '/messages', '{"__proto__":{}}'), 400, 'MALFORMED_REQUEST'],
  ['no body', () => call('POST', '/messages'), 400, 'INVALID_INPUT'],
  ['an array for a body', () => call('POST', '/messages', []), 400, 'INVALID_INPUT'],
  ['a body over the limit', () => call('POST', '/messages', `"${'x'.repeat(2 ** 20)}"`), 413, 'TOO_LARGE'],
  [
    'another media type',
    () => call('POST', '/messages', 'content=x', { 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  [
    'plain text',
    () => call('POST', '/messages', 'x', { 'content-type': 'text/plain' }),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  ['no token', () => call('GET', '/auth/me', undefined, { authorization: '' }), 401, 'UNAUTHENTICATED'],
  [
    'a token that is none',
    () => call('GET', '/auth/me', undefined, { authorization: 'Bearer x' }),
    401,
    'UNAUTHENTICATED',
  ],
  ['somebody unknown', () => call('GET', `/users/${newId()}`), 404, 'NOT_FOUND'],
  ['an id that is none', () => call('GET', '/users/42'), 400, 'INVALID_INPUT'],
  ['what one is not in', () => call('GET', `/conversations/${newId()}`), 404, 'NOT_MEMBER'],
  [
    'an unknown path',
    () => call('GET', '/messages/conversation/x/y', undefined, { accept: 'text/html' }),
    404,
    'NOT_FOUND',
  ],
  ['a path that only begins', () => call('GET', '/auth/'), 404, 'NOT_FOUND'],
  ['another method', () => call('POST', '/auth/me'), 405, 'METHOD_NOT_ALLOWED'],
  ['a literal is no parameter', () => call('GET', '/messages/mark-as-read'), 405, 'METHOD_NOT_ALLOWED'],
  ['a method of none', () => call('PATCH', '/messages'), 405, 'METHOD_NOT_ALLOWED'],
  ['an unknown parameter', () => call('GET', '/conversations?colour=red'), 400, 'INVALID_INPUT'],
  ['malformed escapes', () => call('GET', '/users/%E0%A4%A'), 400, 'MALFORMED_REQUEST'],
  [
    'a foreign origin',
    () => call('GET', '/auth/me', undefined, { origin: 'http://evil.test' }),
    403,
    'FORBIDDEN',
  ],
])('%s is a problem', async (_name, refused, status, code) => {
  const { response, text, body } = await refused();
  expect([response.status, body]).toMatchObject([status, { status, code, title: expect.any(String) }]);
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-request-id')).toBe(body.requestId);
  expect(text).not.toMatch(/stack|node_modules|\.ts/);
  expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
  expect(response.headers.has('allow')).toBe(status === 405);
});

test('a problem says which field is wrong, and why', async () => {
  const { body } = await call('POST', '/messages', { conversationId: 'x', content: '' });
  expect(body.fields).toEqual([
    { path: 'conversationId', message: 'must be a UUID' },
    { path: 'content', message: 'must not be blank' },
  ]);
});

test('an allowed origin may call, and read what the headers say', async () => {
  const asked = await call('OPTIONS', '/messages', undefined, {
    origin: goodOrigin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,idempotency-key',
  });
  expect(asked.status).toBe(204);
  expect(asked.response.headers.get('access-control-allow-origin')).toBe(goodOrigin);
  expect(asked.response.headers.get('access-control-allow-methods')).toContain('PUT');
  const called = await call('GET', '/conversations?limit=1', undefined, { origin: goodOrigin });
  expect(called.response.headers.get('access-control-allow-origin')).toBe(goodOrigin);
  expect(called.response.headers.get('access-control-expose-headers')).toContain('link');
  expect(called.response.headers.get('vary')).toBe('authorization, origin');
});

test.each([
  ['/messages', 'POST, OPTIONS'],
  ['/conversations', 'POST, GET, HEAD, OPTIONS'],
  ['/auth/export', 'GET, OPTIONS'],
  ['/events', 'GET, OPTIONS'],
])('OPTIONS of %s says which methods it takes, as the refusal of another one does', async (path, allow) => {
  const asked = await fetch(server.url + path, { method: 'OPTIONS' });
  expect([asked.status, await asked.text(), asked.headers.get('allow')]).toEqual([204, '', allow]);
  const refused = await call('DELETE', path);
  expect([refused.status, refused.response.headers.get('allow')]).toEqual([405, allow]);
});

test('OPTIONS of what is no address is answered as any other call of it', async () => {
  const paths = ['/messages/nothing/there', '/nothing'];
  const statuses = paths.map(async (path) => (await call('OPTIONS', path)).status);
  expect(await Promise.all(statuses)).toEqual([404, 404]);
});

test('a body may be left out where there is nothing to say, with a media type, too', async () => {
  const { body: group } = await call('POST', '/conversations', {
    participantIds: [ids.grace],
    title: 'Short',
  });
  const left = await call('POST', `/conversations/${group.id}/leave`, undefined, {
    'content-type': 'application/json',
  });
  expect([left.status, left.text]).toEqual([204, '']);
});

test('HEAD says what GET would', async () => {
  const { status, text, response } = await call('HEAD', '/auth/me');
  expect([status, text]).toEqual([200, '']);
  expect(response.headers.get('etag')).toBe((await call('GET', '/auth/me')).response.headers.get('etag'));
});

test.each([
  ['POST', '/auth/login', { email: 'a\0@example.com', password: 'a fine password' }, 400],
  ['POST', '/auth/login', { email: 'a\ud800b', password: 'a fine password' }, 400],
  ['PUT', '/auth/profile', { avatar: 'https://example.com/\0' }, 400],
  ['GET', '/users/search?q=%00', undefined, 400],
  ['GET', '/conversations?cursor=%00', undefined, 400],
  ['POST', '/auth/refresh', { refreshToken: '\0' }, 400],
] as const)(
  'what PostgreSQL cannot store is no failure of the server: %s %s',
  async (method, path, body, status) => {
    expect((await call(method, path, body)).status).toBe(status);
  },
);
