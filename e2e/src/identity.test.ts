import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { delimiter, dirname } from 'node:path';
import { promisify } from 'node:util';
import { closeCodes } from '@parley/contract';
import { KeyOperator } from '@parley/engine/operations';
import { silentLog, type TestIssuer, testIssuer, testParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import { RawClient } from '@parley/server/gateway/testing/raw-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerProcess, startServerProcess, testRedisUrl } from './server-process.ts';
import { until } from './until.ts';

const run = promisify(execFile);
const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());

const page = await readFile(new URL('../../docs/identity.md', import.meta.url), 'utf8');
const [inApp = '', bot = ''] = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '');
const [, curl = ''] = /```sh\n(url=.*?)```/s.exec(page) ?? [];

let issuer: TestIssuer;
let servers: readonly [ServerProcess, ServerProcess];
let operator: KeyOperator;
beforeAll(async () => {
  const parley = resources.use(await testParley());
  issuer = resources.use(await testIssuer());
  const { url, issuer: name, audience } = issuer.options;
  const settings = {
    databaseUrl: parley.connectionString,
    redisUrl: testRedisUrl(),
    env: { AUTH_JWKS_URL: url, AUTH_ISSUER: name, AUTH_AUDIENCE: audience, SESSION_CHECK_MS: '500' },
  };
  servers = [
    resources.use(await startServerProcess(settings)),
    resources.use(await startServerProcess(settings)),
  ];
  operator = resources.use(new KeyOperator(parley.connectionString, silentLog));
});

const now = () => Math.floor(Date.now() / 1000);

function client(token: () => Promise<string>, server = servers[0]): ParleyClient {
  return resources.use(createClient({ url: server.url, token }));
}

/** Runs TypeScript beside the tests, so that it finds the SDK as any workspace of this repository does. */
async function runCode(code: string, name: string, env: Record<string, string>): Promise<string> {
  const file = new URL(`${name}.snippet.ts`, import.meta.url);
  await writeFile(file, code);
  resources.defer(() => rm(file));
  const { stdout } = await run(process.execPath, ['--conditions=@parley/source', file.pathname], {
    env: { PATH: process.env['PATH'], ...env },
    timeout: 30_000,
  });
  return stdout;
}

test('the code for bots and for apps in docs/identity.md runs as it stands, and so do the commands for curl', async () => {
  const scopes = ['users:provision', 'conversations:write', 'messages:write'];
  const { key } = await operator.create({ name: 'order bot', scopes, expiresAt: null });
  const env = { PARLEY_URL: servers[0].url, PARLEY_KEY: key };
  expect(await runCode(bot, 'bot', env)).toBe('Orders to Ada: Your order is on its way.\n');
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', curl], {
    env: { PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter), ...env },
    timeout: 30_000,
  });
  expect(stdout).toBe('It has arrived.\n');
  const backend = createServer(
    (_request, response) =>
      void issuer.token({ sub: 'customer-17', name: 'Ada' }).then((token) => response.end(token)),
  );
  await once(backend.listen(0, '127.0.0.1'), 'listening');
  resources.defer(() => void backend.close());
  const address = backend.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const urls = { PARLEY_URL: servers[1].url, TOKEN_URL: `http://127.0.0.1:${port}` };
  expect(await runCode(inApp, 'in-app', urls)).toBe('Ada found Orders\n');
});

test('people of an issuer talk through the SDK, across the end of their tokens and processes', async () => {
  let asked = 0;
  // Good for so little that it is replaced while they talk.
  const ada = client(async () => {
    asked += 1;
    return issuer.token({ sub: 'ada', name: 'Ada', exp: now() + 4, jti: String(asked) });
  });
  const grace = client(() => issuer.token({ sub: 'grace', name: 'Grace', sid: 'laptop' }), servers[1]);
  const [, other] = await Promise.all([ada.auth.me(), grace.auth.me()]);
  const { id: conversationId } = await ada.conversations.create({ participantIds: [other.id] });
  const list = grace.messages.open(conversationId);
  const hears = (content: string) =>
    until(list, ({ messages }) => messages.some((message) => message.content === content));
  await ada.messages.send({ conversationId, content: 'one' });
  await hears('one');
  // The server closes the socket once its token has expired, or refuses a call: a new one is asked for.
  await until(ada.connection, ({ status }) => status !== 'online');
  await ada.messages.send({ conversationId, content: 'two' });
  const { messages } = await hears('two');
  expect(messages.map(({ content }) => content)).toEqual(['one', 'two']);
  expect(asked).toBeGreaterThan(1);
});

test('I10 a revoked key closes its sockets on every process', async () => {
  const { id, key } = await operator.create({ name: 'short', scopes: ['users:provision'], expiresAt: null });
  const sockets = await Promise.all(
    servers.map(async ({ url }) => {
      const socket = await RawClient.connect(`${url.replace('http', 'ws')}/trpc?connectionParams=1`);
      resources.defer(() => socket[Symbol.dispose]());
      socket.say({ method: 'connectionParams', data: { token: key } });
      socket.call(1, 'mutation', 'users.provision', { externalId: 'order-bot', displayName: 'Orders' });
      expect((await socket.answer(1)).result?.data).toMatchObject({ displayName: 'Orders' });
      return socket;
    }),
  );
  await operator.revoke(id);
  for (const socket of sockets) expect((await socket.close()).code).toBe(closeCodes.signInAgain);
});
