import { type TestParley, testParley } from '@parley/engine/testing';
import { exchange, RawClient } from '@parley/server/gateway/testing/raw-client';
import { startSmallSmtp } from '@parley/server/mail/testing/small-smtp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerProcess, startServerProcess } from '../server-process.ts';
import { type Driven, driveAll, waysOf } from './drive.ts';
import { procedures } from './procedures.ts';

const canary = 'canary-5c1f0e';
const hash = '$2b$12$canary5c1f0e.a.hash.of.a.password';

const resources = new AsyncDisposableStack();
let parley: TestParley;
let server: ServerProcess;
let driven: Driven[];
/** Every secret there was, none of which may get out. */
let tokens: string[];
beforeAll(async () => {
  parley = resources.use(await testParley());
  // Every mail fails, in the way that says most about whom it was for.
  const smtp = resources.use(await startSmallSmtp('refuses'));
  const env = {
    LOG_LEVEL: 'trace',
    SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
    MAIL_FROM: 'parley@example.com',
  };
  server = resources.use(await startServerProcess({ databaseUrl: parley.connectionString, env }));
  await parley.db.schema
    .alterTable('users')
    .alterColumn('password_hash', (column) => column.setDefault(hash))
    .execute();
  driven = await driveAll({ parley, url: server.url, canary });
  tokens = driven.flatMap(({ text }) =>
    [...text.matchAll(/"(?:accessToken|refreshToken|token)":"([^"]+)"/g)].map(([, token = '']) => token),
  );
  await misbehave();
  // Every procedure is called, over every way.
}, 180_000);
afterAll(() => resources.disposeAsync());

/** What goes wrong before a procedure is found, with canaries wherever a client may put a secret. */
async function misbehave(): Promise<void> {
  const { port, url } = server;
  const secret = `${canary}-token`;
  const headers = { authorization: `Bearer ${secret}`, cookie: secret, 'content-type': 'application/json' };
  for (const path of ['/auth/me', '/trpc/auth.me', '/events', '/nothing', '/health', '/trpc/nothing']) {
    await (await fetch(`${url}${path}?token=${secret}&connectionParams=${secret}`, { headers })).text();
  }
  for (const path of ['/messages', '/trpc/messages.send', '/auth/login']) {
    for (const body of [`{"content":"${secret}`, `"${secret}"`, `{"password":"${secret}","${secret}":1}`]) {
      await (await fetch(url + path, { method: 'POST', headers, body })).text();
    }
  }
  const head = `Authorization: Bearer ${secret}\r\nCookie: ${secret}`;
  await exchange(port, `GET /?token=${secret} HTTP/1.1\r\nHost: a b[\r\n${head}\r\n\r\n`, '\r\n\r\n');
  await exchange(
    port,
    `POST / HTTP/1.1\r\nHost: a\r\n${head}\r\nContent-Length: ${secret}\r\n\r\n`,
    '\r\n\r\n',
  );
  const socket = url.replace('http', 'ws');
  for (const frame of [{ token: secret }, secret, { token: { token: secret } }]) {
    using client = await RawClient.connect(`${socket}/trpc?connectionParams=1&token=${secret}`);
    client.say({ method: 'connectionParams', data: frame });
    await client.close();
  }
  using client = await RawClient.connect(`${socket}/trpc?token=${secret}`);
  client.say(`{"id":1,"method":"mutation","params":{"path":"messages.send","input":{"content":"${secret}`);
  client.call(2, 'mutation', 'auth.login', { email: canary, password: secret, [secret]: secret });
  client.ws.send(Buffer.from(secret), { binary: true });
  await client.until(() => client.answers(null).length >= 2 && client.answers(2).length === 1);
}

test('what follows looks at calls that went well, of every procedure over every way', () => {
  const names = (some: readonly Driven[]) => new Set(some.map(({ procedure, way }) => `${procedure} ${way}`));
  const all = procedures.flatMap((each) => waysOf(each).map((way) => `${each.name} ${way}`));
  expect(names(driven)).toEqual(new Set(all));
  expect(names(driven.filter(({ ok }) => ok)).size).toBeGreaterThan(all.length * 0.75);
  expect(tokens.length).toBeGreaterThan(4);
  // The canaries were there to be found.
  expect(driven.filter(({ text }) => text.includes(canary)).length).toBeGreaterThan(10);
});

/** Each line of the log, read. */
const logLines = () =>
  server
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'));

test('security, logs: whatever is called and however, no token, password, cookie or text is logged, at any level', () => {
  const output = server.output();
  expect(output.split('\n').filter((line) => line.includes(canary))).toEqual([]);
  expect(tokens.filter((token) => output.includes(token))).toEqual([]);
  expect(output).not.toMatch(/eyJ[\w-]+\.eyJ/);
  expect(output).not.toContain(hash);
});

test('security, connect: no address is logged with what stood behind its question mark', () => {
  expect(logLines().filter((line) => /[?&]\w+=/.test(line))).toEqual([]);
});

test('security, logs: one JSON object a line, with a level and a message', () => {
  // What whoever started it reads first is no log.
  const others = server
    .output()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('  '));
  expect(others.length).toBeGreaterThan(100);
  for (const line of others) {
    expect(JSON.parse(line)).toMatchObject({
      level: expect.any(Number),
      time: expect.any(Number),
      msg: expect.any(String),
    });
  }
});

test('security, logs: what was denied is there, by its code, over every way', () => {
  const log = logLines().map((line): unknown => JSON.parse(line));
  for (const msg of ['request refused', 'call refused']) {
    for (const code of ['UNAUTHENTICATED', 'WRONG_CREDENTIALS']) {
      expect(log).toContainEqual(expect.objectContaining({ msg, code }));
    }
  }
  expect(log).toContainEqual(expect.objectContaining({ msg: 'socket refused', code: 'UNAUTHENTICATED' }));
});

test('security, output: no answer holds a hash, or the e-mail address or session of anybody else', async () => {
  const people = await parley.db.selectFrom('users').select(['id', 'email', 'username']).execute();
  const others = people.filter(({ username }) => username.startsWith('other-'));
  expect(others.length).toBeGreaterThan(50);
  const ids = others.map(({ id }) => id);
  const sessions = await parley.db.selectFrom('sessions').select('id').where('user_id', 'in', ids).execute();
  expect(sessions.length).toBe(others.length);
  const private_ = [hash, ...others.flatMap(({ email }) => email ?? []), ...sessions.map(({ id }) => id)];
  const told = driven.filter(({ text }) => private_.some((value) => text.includes(value)));
  expect(told).toEqual([]);
});
