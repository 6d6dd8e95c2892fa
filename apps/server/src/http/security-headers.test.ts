import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningServer, startTestServer } from '../testing/running-server.ts';

let plain: RunningServer;
let behindTls: RunningServer;
beforeAll(async () => {
  [plain, behindTls] = await Promise.all([
    startTestServer(),
    startTestServer({ config: { publicUrl: 'https://chat.test' } }),
  ]);
});
afterAll(async () => {
  await plain[Symbol.asyncDispose]();
  await behindTls[Symbol.asyncDispose]();
});

/** What of an answer differs from one to the next, or is of this answer alone. */
const passing =
  /^(date|transfer-encoding|retry-after|(x-)?ratelimit.*|x-request-id|content-length|connection|keep-alive|etag|cache-control|www-authenticate|vary)$/;

async function headersOf({ url }: RunningServer, path: string): Promise<Record<string, string>> {
  const { headers } = await fetch(url + path);
  return Object.fromEntries([...headers].filter(([name]) => !passing.test(name)));
}

const strict = {
  'content-security-policy':
    "default-src 'self';script-src-attr 'none';img-src 'self' data: https:;connect-src 'self' ws://chat.test;" +
    "worker-src 'self';manifest-src 'self';object-src 'none';base-uri 'self';form-action 'self';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};

test.each([
  ['the API', '/auth/me', 'application/problem+json; charset=utf-8'],
  ['what is not there', '/nothing', 'application/problem+json; charset=utf-8'],
  ['tRPC', '/trpc/auth.me', 'application/json'],
  ['a health check', '/health', 'application/json; charset=utf-8'],
  ['the page of the API', '/api', 'text/html; charset=utf-8'],
])('security, headers: %s is answered with all of them and no others', async (_name, path, type) => {
  expect(await headersOf(plain, path)).toEqual({ ...strict, 'content-type': type });
});

test('security, headers: behind TLS browsers are told to stay there, and where the socket is', async () => {
  expect(await headersOf(behindTls, '/auth/me')).toEqual({
    ...strict,
    'content-security-policy': strict['content-security-policy'].replace('ws:', 'wss:'),
    'content-type': 'application/problem+json; charset=utf-8',
    'strict-transport-security': 'max-age=31536000',
  });
});

test('security, headers: scripts run from files of the server alone', () => {
  const policy = strict['content-security-policy'];
  expect(policy).not.toMatch(/unsafe|\*|http:/);
  expect(policy).toMatch(/default-src 'self'.*object-src 'none'.*base-uri 'self'.*frame-ancestors 'none'/);
});
