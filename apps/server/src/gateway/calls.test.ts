import { TRPCClientError } from '@trpc/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RawClient } from './testing/raw-client.ts';
import { type SmallServer, startSmallServer } from './testing/small-server.ts';
import { stockClient } from './testing/stock-client.ts';

let server: SmallServer;
beforeAll(async () => {
  server = await startSmallServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

test('the stock client queries and mutates', async () => {
  using client = stockClient(() => server.url);
  expect(await client.trpc.echo.query('hello')).toBe('hello');
  expect(await client.trpc.pass.mutate('there')).toBe('there');
  const text = 'مرحبا 你好 👩‍👩‍👧 \u0000 <b>&amp;</b>';
  expect(await client.trpc.echo.query(text)).toBe(text);
});

test('ten calls of one tick travel as one batch', async () => {
  using client = stockClient(() => server.url);
  const texts = Array.from({ length: 10 }, (_, n) => `call ${n}`);
  expect(await Promise.all(texts.map((text) => client.trpc.echo.query(text)))).toEqual(texts);
});

test.each([
  ['an error of the contract', ['query', 'fail', 'parley'], 'NOT_MEMBER', 'unable to look; not a member'],
  ['any other error', ['query', 'fail', 'other'], 'INTERNAL', 'unable to answer; internal error'],
  [
    'a wrong input',
    ['query', 'echo', 7],
    'INVALID_INPUT',
    expect.stringContaining('unable to read the input'),
  ],
  ['an unknown procedure', ['query', 'nowhere', 1], 'NOT_FOUND', expect.stringContaining('nowhere')],
  ['a procedure of another type', ['mutation', 'echo', 'x'], 'NOT_FOUND', expect.any(String)],
  ['a path into the prototype', ['query', 'constructor', 1], 'NOT_FOUND', expect.any(String)],
  ['a subscription that is none', ['subscription', 'echo', 'x'], 'NOT_FOUND', expect.any(String)],
] as const)('%s has its code and no stack', async (_name, [type, path, input], reason, message) => {
  using client = await RawClient.connect(server.url);
  client.call(1, type, path, input);
  const { error } = await client.answer(1);
  expect(error).toMatchObject({ message, data: { reason } });
  expect(JSON.stringify(error)).not.toMatch(/stack|secret|\.ts:/);
});

test('the stock client sees the code', async () => {
  using client = stockClient(() => server.url);
  const error: unknown = await client.trpc.fail.query('parley').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TRPCClientError);
  expect(error).toMatchObject({ data: { reason: 'NOT_MEMBER', code: 'NOT_FOUND' } });
});

test.each([
  ['no JSON', 'hello', null],
  ['nothing', '', null],
  ['null', 'null', null],
  ['a number', '7', null],
  ['no id', { method: 'query', params: { path: 'echo' } }, null],
  ['an id of null', { id: null, method: 'query', params: { path: 'echo' } }, null],
  ['an id that is an object', { id: {}, method: 'query', params: { path: 'echo' } }, null],
  ['an endless id', { id: 'x'.repeat(65), method: 'query', params: { path: 'echo' } }, null],
  ['an unknown method', { id: 9, method: 'steal', params: { path: 'echo' } }, 9],
  ['no params', { id: 9, method: 'query' }, 9],
  ['no path', { id: 9, method: 'query', params: {} }, 9],
  [
    'a cursor that is no string',
    { id: 9, method: 'subscription', params: { path: 'follow', lastEventId: 1 } },
    9,
  ],
])('a frame of %s is answered, and the socket goes on', async (_name, frame, id) => {
  using client = await RawClient.connect(server.url);
  client.say(frame);
  expect((await client.answer(id)).error?.data).toMatchObject({ reason: 'MALFORMED_REQUEST' });
  client.call(1, 'query', 'echo', 'fine');
  expect((await client.answer(1)).result?.data).toBe('fine');
});

test('a malformed message does not spoil the rest of its batch', async () => {
  using client = await RawClient.connect(server.url);
  client.say([7, { id: 2, method: 'query', params: { path: 'echo', input: 'fine' } }]);
  expect((await client.answer(2)).result?.data).toBe('fine');
  expect((await client.answer(null)).error?.data['reason']).toBe('MALFORMED_REQUEST');
});

test('binary frames and bytes that are no text are refused', async () => {
  using binary = await RawClient.connect(server.url);
  binary.ws.send(Buffer.from('{"id":1,"method":"query","params":{"path":"whoami"}}'));
  expect((await binary.answer(null)).error?.data['reason']).toBe('MALFORMED_REQUEST');
  using broken = await RawClient.connect(server.url);
  broken.ws.send(Buffer.from([0xc3, 0x28]), { binary: false });
  expect((await broken.close()).code).toBe(1007);
});

test('security, sizes: a frame over 64 KiB closes with 1009, one at the limit does not', async () => {
  using client = await RawClient.connect(server.url);
  const empty = JSON.stringify({ id: 1, method: 'query', params: { path: 'echo', input: '' } });
  const input = 'x'.repeat(64 * 1024 - empty.length);
  client.call(1, 'query', 'echo', input);
  expect((await client.answer(1)).result?.data).toBe(input);
  client.call(2, 'query', 'echo', `${input}x.`);
  expect((await client.close()).code).toBe(1009);
});

test('security, sizes: of a batch of twelve, ten run and two are told LIMITED', async () => {
  using client = await RawClient.connect(server.url);
  client.say(
    Array.from({ length: 12 }, (_, id) => ({ id, method: 'query', params: { path: 'echo', input: 'x' } })),
  );
  await client.until(() => client.heard.length === 12);
  const limited = Array.from({ length: 12 }, (_, id) => client.answers(id)[0]?.error?.data['reason']);
  expect(limited).toEqual([...Array.from({ length: 10 }), 'LIMITED', 'LIMITED']);
  expect(server.limited.slice(-2)).toEqual(['batch', 'batch']);
});

test('security, sizes: of 33 calls in flight the last is told LIMITED, and there is room again when they are answered', async () => {
  using client = await RawClient.connect(server.url);
  const gate = Promise.withResolvers<void>();
  server.room.gate = gate.promise;
  for (let id = 1; id <= 33; id += 1) client.call(id, 'mutation', 'pass', 'x');
  expect((await client.answer(33)).error?.data).toMatchObject({ reason: 'LIMITED', retryable: true });
  expect(client.heard).toHaveLength(1);
  expect(server.limited.at(-1)).toBe('in-flight');
  gate.resolve();
  await client.until(() => client.heard.length === 33);
  client.call(34, 'mutation', 'pass', 'x');
  expect((await client.answer(34)).result?.data).toBe('x');
});

test('an id in use is refused', async () => {
  using client = await RawClient.connect(server.url);
  const gate = Promise.withResolvers<void>();
  server.room.gate = gate.promise;
  client.call(1, 'mutation', 'pass', 'x');
  client.call(1, 'query', 'echo', 'x');
  expect((await client.answer(1)).error?.data['reason']).toBe('INVALID_INPUT');
  gate.resolve();
  await client.until(() => client.answers(1).length === 2);
});

test('PING is answered with PONG, behind what was answered before', async () => {
  using client = await RawClient.connect(server.url);
  client.call(1, 'query', 'echo', 'x');
  await client.answer(1);
  client.say('PING');
  await client.until(() => client.heard.length === 2);
  expect(client.heard[1]).toBe('PONG');
});
