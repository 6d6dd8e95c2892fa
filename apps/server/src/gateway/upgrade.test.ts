import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchange, RawClient } from './testing/raw-client.ts';
import { type SmallServer, startSmallServer } from './testing/small-server.ts';

let server: SmallServer;
beforeAll(async () => {
  server = await startSmallServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const handshake = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';

async function upgrade(
  path: string,
  ...headers: readonly string[]
): Promise<{ status: string; body: string }> {
  const lines = [`GET ${path} HTTP/1.1`, ...handshake, ...headers, '', ''];
  const answer = await exchange(server.port, lines.join('\r\n'), ' 101 ');
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return { status: head.split(' ')[1] ?? '', body };
}

const host = 'Host: parley.test';

test.each([
  ['an upgrade', '/trpc', [host, key], '101'],
  ['with credentials announced', '/trpc?connectionParams=1', [host, key], '101'],
  ['from an allowed origin', '/trpc', [host, key, 'Origin: http://good.test'], '101'],
  ['of //', '//', [host, key], '404'],
  ['of a longer path', '/trpc/', [host, key], '404'],
  ['of a path with the same start', '/trpcx', [host, key], '404'],
  ['of no path', 'http://[', [host, key], '400'],
  ['with a malformed host', '/trpc', ['Host: a b[', key], '400'],
  ['without a host', '/trpc', [key], '400'],
  ['without a key', '/trpc', [host], '400'],
  ['with a malformed key', '/trpc', [host, 'Sec-WebSocket-Key: short'], '400'],
  ['from an evil origin', '/trpc', [host, key, 'Origin: http://evil.test'], '403'],
  ['from the null origin', '/trpc', [host, key, 'Origin: null'], '403'],
  ['from an origin with a suffix', '/trpc', [host, key, 'Origin: http://good.test.evil.test'], '403'],
  ['from an origin in other letters', '/trpc', [host, key, 'Origin: http://good.test:80'], '403'],
])('%s is answered as it deserves', async (_name, path, headers, status) => {
  expect((await upgrade(path, ...headers)).status).toBe(status);
});

test('a refused upgrade is a problem with a code', async () => {
  const { body } = await upgrade('/trpc', host, key, 'Origin: http://evil.test');
  expect(JSON.parse(body)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
});

test('after a thousand malformed upgrades the server still serves', async () => {
  const paths = ['//', '/\\', 'http://[', '/trpc?connectionParams=%', '/%', '/trpc?%=%%', '*'];
  const hosts = ['Host: [', 'Host: a:b:c', 'Host: \x80', 'Host:', host];
  for (let round = 0; round < 1_000 / 50; round += 1) {
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => {
        const path = paths[n % paths.length] ?? '/';
        const lines = [`GET ${path} HTTP/1.1`, ...handshake, hosts[n % hosts.length] ?? host, 'Origin: null'];
        return exchange(server.port, `${lines.join('\r\n')}\r\n\r\n`, '\r\n\r\n');
      }),
    );
  }
  using client = await RawClient.connect(server.url);
  client.call(1, 'query', 'echo', 'still here');
  expect((await client.answer(1)).result?.data).toBe('still here');
});

test('a client that leaves in the middle of its upgrade does no harm', async () => {
  await Promise.all(
    Array.from({ length: 20 }, () =>
      exchange(server.port, `GET /nowhere HTTP/1.1\r\n${host}\r\n${handshake.join('\r\n')}\r\n\r\n`, 'H'),
    ),
  );
  expect((await upgrade('/trpc', host, key)).status).toBe('101');
});
