import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ConfigError, readConfig } from '../config.ts';
import { goodOrigin, type RunningServer, startTestServer } from '../testing/running-server.ts';
import { originCheck } from './origins.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Everything but the one that is listed: http://good.test. */
const foreign = [
  'http://evil.test',
  'null',
  '',
  `${goodOrigin}.evil.test`,
  'http://evil.good.test',
  'http://evilgood.test',
  'http://GOOD.test',
  'https://good.test',
  'http://good.test:80',
  'http://good.test:8080',
  'http://good.test/',
  'http://user@good.test',
  'http://good.test, http://evil.test',
  '*',
];

/** The status an upgrade is answered with. */
async function upgraded(origin: string): Promise<number> {
  const ws = new WebSocket(`${server.url.replace('http', 'ws')}/trpc`, { headers: { origin } });
  ws.on('error', () => {});
  try {
    return await Promise.race([
      once(ws, 'open').then(() => 101),
      once(ws, 'unexpected-response').then(([, response]) => Number(response.statusCode)),
    ]);
  } finally {
    ws.terminate();
  }
}

const addresses = ['/trpc/auth.me', '/auth/me', '/conversations', '/events', '/users/search?q=ada'];

test.each(foreign)(
  'security, origin: a page of %j is refused before a socket opens or anything is called',
  async (origin) => {
    expect(await upgraded(origin)).toBe(403);
    for (const path of addresses) {
      const response = await fetch(server.url + path, { headers: { origin } });
      expect([path, response.status]).toEqual([path, 403]);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
  },
);

test('security, origin: a page that is listed may call and connect, and nobody is told to send cookies', async () => {
  expect(await upgraded(goodOrigin)).toBe(101);
  for (const path of addresses) {
    const { status, headers } = await fetch(server.url + path, { headers: { origin: goodOrigin } });
    expect([path, status]).toEqual([path, 401]);
    expect(headers.get('access-control-allow-origin')).toBe(goodOrigin);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  }
});

test.each(['http://evil.test', 'null'])(
  'security, origin: %s is refused when it asks before',
  async (origin) => {
    for (const path of addresses) {
      const { status, headers } = await fetch(server.url + path, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
      expect([path, status, headers.get('access-control-allow-origin')]).toEqual([path, 403, null]);
    }
  },
);

test('security, origin: where any may call, none is told that all may', async () => {
  await using any = await startTestServer({ config: { origins: null } });
  const { headers } = await fetch(`${any.url}/auth/me`, { headers: { origin: 'http://evil.test' } });
  expect(headers.get('access-control-allow-origin')).toBe('http://evil.test');
  expect(headers.get('access-control-allow-credentials')).toBeNull();
  expect(headers.get('vary')).toContain('Origin');
});

test('security, origin: what any page may read is the description of the API, and without credentials', async () => {
  const { status, headers } = await fetch(`${server.url}/api/openapi.json`, {
    headers: { origin: 'http://evil.test' },
  });
  expect([status, headers.get('access-control-allow-origin')]).toEqual([200, '*']);
  expect(headers.get('access-control-allow-credentials')).toBeNull();
});

test('security, origin: any origin is refused in production unless it is asked for', () => {
  const production = {
    NODE_ENV: 'production',
    DATABASE_URL: 'postgres://parley:pw@db:5432/parley',
    REDIS_URL: 'redis://cache:6379',
    JWT_SECRET: 'kR7v-0qLx2Zt8Wb5Nf3Ys9Hc1Jd6Pg4M',
    CORS_ORIGIN: 'https://chat.example,*',
  };
  expect(() => readConfig(production)).toThrow(ConfigError);
  expect(() => readConfig(production)).toThrow('CORS_ORIGIN must not be *');
  const { origins } = readConfig({ ...production, ALLOW_ANY_ORIGIN: 'true' });
  expect(originCheck(origins)('http://evil.test')).toBe(true);
});

test('security, logs: an origin that was denied is in the log, by request and by upgrade', async () => {
  const origin = 'http://denied.test';
  await fetch(`${server.url}/auth/me`, { headers: { origin } });
  await upgraded(origin);
  const lines = server
    .log()
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
  expect(lines).toContainEqual(
    expect.objectContaining({ msg: 'request refused', code: 'FORBIDDEN', path: '/auth/me' }),
  );
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'socket refused', code: 'FORBIDDEN', origin }));
});
