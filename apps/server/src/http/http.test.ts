import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchange } from '../gateway/testing/raw-client.ts';
import { goodOrigin, type RunningServer, startTestServer } from '../testing/running-server.ts';

let server: RunningServer;
let webRoot: string;
beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), 'parley-web-'));
  await mkdir(join(webRoot, 'assets'));
  await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>Parley</title>');
  await writeFile(join(webRoot, 'assets', 'index-Bx93kd0Z.js'), 'export {};');
  await writeFile(join(webRoot, 'assets', 'index-Bx93kd0Z.js.gz'), gzipSync('export {};'));
  await writeFile(join(webRoot, 'sw.js'), '');
  await writeFile(join(webRoot, 'app.webmanifest'), '{}');
  server = await startTestServer({ webRoot });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(webRoot, { recursive: true });
});

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(server.url + path, { headers });
}

function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(server.url + path, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

test('/health says that the process lives', async () => {
  const response = await get('/health');
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    status: 'ok',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    uptime: expect.any(Number),
  });
});

test('/health/db says that the database answers', async () => {
  expect((await get('/health/db')).status).toBe(200);
});

test.each([
  ['the page', '/', 'text/html', 200, 'no-cache'],
  ['an address of the app', '/rooms/42', 'text/html', 200, 'no-cache'],
  ['a hashed file', '/assets/index-Bx93kd0Z.js', '*/*', 200, 'public, max-age=31536000, immutable'],
  ['the service worker', '/sw.js', '*/*', 200, 'no-cache'],
  ['the manifest', '/app.webmanifest', '*/*', 200, 'no-cache'],
])('%s is served as it should', async (_name, path, accept, status, caching) => {
  const response = await get(path, { accept });
  expect([response.status, response.headers.get('cache-control')]).toEqual([status, caching]);
});

test.each([
  ['gzip, deflate, br', 'gzip'],
  ['identity', null],
])('a file is sent compressed as it was built to whoever takes %s', async (encodings, sent) => {
  const response = await get('/assets/index-Bx93kd0Z.js', { 'accept-encoding': encodings });
  expect(response.headers.get('content-encoding')).toBe(sent);
  expect(response.headers.get('content-type')).toContain('javascript');
  expect(response.headers.get('cache-control')).toContain('immutable');
  expect(response.headers.get('vary')).toContain('accept-encoding');
  expect(await response.text()).toBe('export {};');
});

// As its router has them: a path of the API that is one of these would hide a page.
test.each([
  '/c/0198a000-0000-7000-8000-000000000001',
  '/settings',
  '/settings/privacy',
  '/sign-in',
  '/register',
  '/forgot-password',
  '/reset-password',
  '/verify-email',
])('the address %s of the app is its page', async (path) => {
  const response = await get(path, { accept: 'text/html' });
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('<title>Parley')]);
});

test.each([
  ['a file that is not there', '/assets/index-00000000.js', '*/*'],
  ['no page', '/nothing', 'application/json'],
  ['a way out', '/..%2f..%2fpackage.json', '*/*'],
])('%s is not found', async (_name, path, accept) => {
  const response = await get(path, { accept });
  expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store']);
  expect(await response.json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
});

test('the web app is kept to itself by headers', async () => {
  const { headers } = await get('/', { accept: 'text/html' });
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'self';script-src-attr 'none';img-src 'self' data: https:;connect-src 'self' ws://chat.test;" +
      "worker-src 'self';manifest-src 'self';object-src 'none';base-uri 'self';form-action 'self';frame-ancestors 'none'",
  );
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('strict-transport-security')).toBeNull();
  expect(headers.get('x-powered-by')).toBeNull();
});

test('a request has an id: its own when that is fit for a log', async () => {
  expect((await get('/health', { 'x-request-id': 'trace-1' })).headers.get('x-request-id')).toBe('trace-1');
  const odd = (await get('/health', { 'x-request-id': 'a"b c' })).headers.get('x-request-id');
  expect(odd).toMatch(/^[0-9a-f-]{36}$/);
});

test.each(['http://evil.test', 'null', `${goodOrigin}.evil.test`, 'http://GOOD.test', 'https://good.test'])(
  'the origin %s may not call',
  async (origin) => {
    const response = await post('/trpc/auth.me', '{}', { origin });
    expect(response.status).toBe(403);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(await response.json()).toMatchObject({ error: { data: { reason: 'FORBIDDEN' } } });
  },
);

test('an allowed origin may call, and ask before', async () => {
  const asked = await fetch(`${server.url}/trpc/auth.login`, {
    method: 'OPTIONS',
    headers: {
      origin: goodOrigin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
  expect(asked.status).toBe(204);
  expect(asked.headers.get('access-control-allow-origin')).toBe(goodOrigin);
  expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
  const called = await get('/trpc/auth.me', { origin: goodOrigin });
  expect(called.status).toBe(401);
  expect(called.headers.get('access-control-allow-origin')).toBe(goodOrigin);
  expect(called.headers.get('access-control-allow-credentials')).toBeNull();
});

test.each([
  ['malformed JSON', () => post('/trpc/auth.login', '{"email":'), 400, 'MALFORMED_REQUEST'],
  ['no body', () => post('/trpc/auth.login', ''), 400, 'INVALID_INPUT'],
  ['a body over the limit', () => post('/trpc/auth.login', `"${'x'.repeat(1024 * 1024)}"`), 413, 'TOO_LARGE'],
  [
    'another media type',
    () => post('/trpc/auth.login', '<a/>', { 'content-type': 'text/xml' }),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  ['an unknown procedure', () => get('/trpc/nothing.here'), 404, 'NOT_FOUND'],
  ['a path below a procedure', () => get('/trpc/auth/me'), 404, 'NOT_FOUND'],
  ['a path into the prototype', () => get('/trpc/constructor'), 404, 'NOT_FOUND'],
  ['a query by POST', () => post('/trpc/auth.me', '{}'), 405, 'METHOD_NOT_ALLOWED'],
  ['a mutation by GET', () => get('/trpc/auth.logout'), 405, 'METHOD_NOT_ALLOWED'],
  ['a subscription', () => get('/trpc/inbox.watch'), 405, 'METHOD_NOT_ALLOWED'],
])('%s is answered in the shape of the API', async (_name, call, status, reason) => {
  const response = await call();
  const text = await response.text();
  expect([response.status, JSON.parse(text)]).toMatchObject([
    status,
    { error: { data: { reason, httpStatus: status } } },
  ]);
  expect(text).not.toMatch(/stack|node_modules|\.ts/);
});

test('what is no address of the API is a problem', async () => {
  expect(await (await get('/trpc')).json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  expect(await (await get('/trpc/%E0%A4%A')).json()).toMatchObject({
    status: 400,
    code: 'MALFORMED_REQUEST',
  });
});

test.each(['/trpc/auth.login', '/auth/login'])(
  'security, sizes: a body over 1 MiB is refused with 413 at %s, one of 1 MiB is read',
  async (path) => {
    const empty = JSON.stringify({ email: 'ada', password: '' });
    const fitting = empty.replace('""', `"${'x'.repeat(1024 * 1024 - empty.length)}"`);
    expect((await post(path, fitting)).status).toBe(400);
    expect((await post(path, `${fitting} `)).status).toBe(413);
  },
);

test('security, sizes: a batch of eleven over HTTP is refused', async () => {
  const paths = Array.from({ length: 11 }, () => 'auth.me').join(',');
  const response = await get(`/trpc/${paths}?batch=1&input=%7B%7D`);
  expect(response.status).toBe(400);
});

test.each([
  ['an address that is none', 'GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an address of slashes', 'GET // HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['malformed escapes', 'GET /%E0%A4%A HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a malformed host', 'GET /trpc/auth.me HTTP/1.1\r\nHost: a b[\r\n\r\n'],
  ['no host', 'GET / HTTP/1.1\r\n\r\n'],
  ['no HTTP', 'hello\r\n\r\n'],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ['a header with a control character', 'GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n'],
])('%s is answered with 400, and the server goes on', async (_name, bytes) => {
  const answer = await exchange(server.port, bytes, '\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).not.toMatch(/stack|node_modules/);
  expect((await get('/health')).status).toBe(200);
});

test('headers without end are refused', async () => {
  const answer = await exchange(
    server.port,
    `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`,
    '\r\n\r\n',
  );
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
});

test('a wish to upgrade to something else is just a request', async () => {
  const answer = await exchange(
    server.port,
    'GET /health HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n',
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
});
