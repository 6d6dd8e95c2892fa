import { newId } from '@parley/contract';
import type { TestPerson } from '@parley/engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RawClient } from '../gateway/testing/raw-client.ts';
import { type RunningServer, startTestServer } from '../testing/running-server.ts';

let server: RunningServer;
let ada: TestPerson;
let room: string;
beforeAll(async () => {
  server = await startTestServer();
  ada = await server.parley.person('ada');
  const grace = await server.parley.person('grace');
  const input = { participantIds: [grace.userId] };
  room = (await server.http(ada.accessToken).conversations.create.mutate(input)).id;
});
afterAll(() => server[Symbol.asyncDispose]());

/** A message to send, with something more in it. */
const withMore = (more: string) =>
  JSON.stringify({ conversationId: room, content: 'hello', id: newId() }).replace('{', `{${more},`);

const deep = '['.repeat(30_000) + ']'.repeat(30_000);
const hostile: readonly (readonly [name: string, more: string, reason: string])[] = [
  ['a nest of thirty thousand arrays', `"content":${deep}`, 'MALFORMED_REQUEST'],
  ['a prototype', '"__proto__":{"isAdmin":true}', 'MALFORMED_REQUEST'],
  ['a prototype with its name escaped', '"\\u005f_proto__":{}', 'MALFORMED_REQUEST'],
  ['a constructor', '"constructor":{"prototype":{"isAdmin":true}}', 'MALFORMED_REQUEST'],
  ['a field nobody asked for', '"senderId":"0198b8a3-9d5c-7a14-8a2e-6f0a4c1d2e3f"', 'INVALID_INPUT'],
  ['NUL in its text', '"messageType":"te\\u0000xt"', 'INVALID_INPUT'],
];

test.each(hostile)(
  'security, input: a message with %s is refused, whichever way it comes',
  async (_name, more, reason) => {
    const body = withMore(more);
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${ada.accessToken}` };
    const rest = await fetch(`${server.url}/messages`, { method: 'POST', headers, body });
    expect([rest.status, await rest.json()]).toMatchObject([400, { code: reason }]);
    const trpc = await fetch(`${server.url}/trpc/messages.send`, { method: 'POST', headers, body });
    expect([trpc.status, await trpc.json()]).toMatchObject([400, { error: { data: { reason } } }]);

    using client = await RawClient.connect(`${server.url.replace('http', 'ws')}/trpc?connectionParams=1`);
    client.say({ method: 'connectionParams', data: { token: ada.accessToken } });
    client.say(`{"id":1,"method":"mutation","params":{"path":"messages.send","input":${body}}}`);
    client.call(2, 'query', 'messages.list', { conversationId: room });
    expect((await client.answer(2)).result?.data).toMatchObject({ messages: expect.any(Array) });
    const refusals = [...client.answers(1), ...client.answers(null)];
    expect(refusals).toMatchObject([{ error: { data: { reason } } }]);
    expect(await stored()).not.toContain('hello');
  },
);

test('security, input: what an address brings as JSON is looked at, too', async () => {
  const headers = { authorization: `Bearer ${ada.accessToken}` };
  const asked = (name: string, json: string) =>
    fetch(`${server.url}/trpc/users.get?${new URLSearchParams({ [name]: json }).toString()}`, { headers });
  const far = '['.repeat(65) + ']'.repeat(65);
  for (const [name, json] of [
    ['input', `{"userId":${far}}`],
    ['input', '{"__proto__":{}}'],
    ['connectionParams', far],
  ] as const) {
    const response = await asked(name, json);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: { data: { reason: 'MALFORMED_REQUEST' } } },
    ]);
  }
  expect((await asked('input', JSON.stringify({ userId: ada.userId }))).status).toBe(200);
});

test.each(['__proto__=1', 'constructor=1', '__proto__[isAdmin]=1', 'q=ada&q=grace', 'q[]=ada', 'unasked=1'])(
  'security, input: a query string with %s is refused',
  async (query) => {
    const headers = { authorization: `Bearer ${ada.accessToken}` };
    const response = await fetch(`${server.url}/users/search?q=a&${query}`, { headers });
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'INVALID_INPUT' }]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  },
);

test.each(['\0', '\ud800', '\udc00x'])(
  'security, input: text with %j is refused over every way, and stored by none',
  async (bad) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${ada.accessToken}` };
    const ill = `ill${bad}text`;
    const calls: [method: string, path: string, body: object][] = [
      ['POST', '/messages', { conversationId: room, content: ill }],
      ['POST', '/auth/login', { email: ill, password: 'x' }],
      ['POST', '/auth/login', { email: 'ada', password: ill }],
      ['POST', '/auth/refresh', { refreshToken: ill }],
      ['PUT', '/auth/profile', { displayName: ill }],
      ['PUT', '/auth/change-password', { currentPassword: ill, newPassword: 'a fine password' }],
    ];
    for (const [method, path, body] of calls) {
      const response = await fetch(server.url + path, { method, headers, body: JSON.stringify(body) });
      expect([path, response.status, await response.json()]).toMatchObject([
        path,
        400,
        { code: 'INVALID_INPUT' },
      ]);
    }
    expect(await stored()).not.toContain('ill');
  },
);

test.each([
  ['a byte that begins nothing', [0xff]],
  ['a character cut short', [0xc3]],
  ['one spelled longer than it has to be', [0xc0, 0xaf]],
  ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
])(
  'security, input: a body that is not UTF-8, for %s in it, is refused and not mended',
  async (_name, bytes) => {
    const [before, after] = JSON.stringify({ conversationId: room, content: 'ill|text', id: newId() }).split(
      '|',
    );
    const body = Buffer.concat([Buffer.from(before ?? ''), Buffer.from(bytes), Buffer.from(after ?? '')]);
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${ada.accessToken}` };
    const rest = await fetch(`${server.url}/messages`, { method: 'POST', headers, body });
    const detail = 'unable to read the request; it is not UTF-8';
    expect([rest.status, await rest.json()]).toMatchObject([400, { code: 'MALFORMED_REQUEST', detail }]);
    const trpc = await fetch(`${server.url}/trpc/messages.send`, { method: 'POST', headers, body });
    const error = { message: detail, data: { reason: 'MALFORMED_REQUEST' } };
    expect([trpc.status, await trpc.json()]).toMatchObject([400, { error }]);
    expect(await stored()).not.toContain('ill');
  },
);

test('text of every length in UTF-8 is stored as it is, the replacement character too', async () => {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${ada.accessToken}` };
  const content = 'Aé語😀\ufffd';
  for (const path of ['messages', 'trpc/messages.send']) {
    const body = JSON.stringify({ conversationId: room, content, id: newId() });
    const response = await fetch(`${server.url}/${path}`, { method: 'POST', headers, body });
    expect(await response.text()).toContain(content);
  }
});

test('security, input: one frame of very many messages is answered once', async () => {
  using client = await RawClient.connect(`${server.url.replace('http', 'ws')}/trpc`);
  client.say(`[${'0,'.repeat(30_000)}0]`);
  client.say('PING');
  await client.until(() => client.heard.includes('PONG'));
  expect(client.heard).toMatchObject([
    { id: null, error: { data: { reason: 'MALFORMED_REQUEST' } } },
    'PONG',
  ]);
});

async function stored(): Promise<string> {
  return JSON.stringify(await server.http(ada.accessToken).messages.list.query({ conversationId: room }));
}
