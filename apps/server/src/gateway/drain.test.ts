import { tracked } from '@trpc/server';
import { expect, test } from 'vitest';
import { exchange, RawClient } from './testing/raw-client.ts';
import { Room } from './testing/small-router.ts';
import { startSmallServer } from './testing/small-server.ts';
import { stockClient } from './testing/stock-client.ts';

test('a drain moves a stock client to another server without loss', async () => {
  const room = new Room();
  await using old = await startSmallServer({}, room);
  await using other = await startSmallServer({}, room);
  let target = old;
  using client = stockClient(() => target.url, 'ada');
  const seen: number[] = [];
  client.trpc.follow.subscribe(undefined, {
    onData: (item) => seen.push((item as { data: { n: number } }).data.n),
  });
  await room.until(() => room.sinks.size === 1);
  room.say(tracked('1', { n: 1 }));
  await expect.poll(() => seen).toEqual([1]);
  target = other;
  await old.gateway.drain(5_000);
  expect(old.gateway.size).toBe(0);
  expect(other.gateway.size).toBe(1);
  expect(room.cursors).toEqual([null, '1']);
  await room.until(() => room.sinks.size === 1);
  room.say(tracked('2', { n: 2 }));
  await expect.poll(() => seen).toEqual([1, 2]);
});

test('a drain spreads its notices and closes with 1012 whoever stays', async () => {
  await using server = await startSmallServer();
  const clients = await Promise.all(Array.from({ length: 30 }, () => RawClient.connect(server.url)));
  const notifiedAt: number[] = [];
  for (const { ws } of clients) ws.once('message', () => notifiedAt.push(performance.now()));
  await server.gateway.drain(600);
  for (const client of clients) {
    expect(await client.close()).toEqual({ code: 1012, reason: 'UNAVAILABLE' });
    expect(client.heard[0]).toEqual({ id: null, method: 'reconnect' });
    expect(client.answers(null).at(-1)?.error?.data).toMatchObject({
      reason: 'UNAVAILABLE',
      retryable: true,
    });
  }
  notifiedAt.sort((a, b) => a - b);
  expect((notifiedAt.at(-1) ?? 0) - (notifiedAt[0] ?? 0)).toBeGreaterThan(100);
});

test('a draining server takes no sockets', async () => {
  await using server = await startSmallServer();
  await server.gateway.drain(0);
  const headers = ['Host: a', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  const answer = await exchange(server.port, `GET /trpc HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 503 /);
});

test('calls in flight are answered before the socket closes, later ones are refused', async () => {
  await using server = await startSmallServer();
  using client = await RawClient.connect(server.url);
  const gate = Promise.withResolvers<void>();
  server.room.gate = gate.promise;
  client.call(1, 'mutation', 'pass', 'kept');
  client.call(2, 'query', 'echo', 'x');
  await client.answer(2);
  const drained = server.gateway.drain(0);
  client.call(3, 'query', 'echo', 'late');
  expect((await client.answer(3)).error?.data['reason']).toBe('UNAVAILABLE');
  gate.resolve();
  await drained;
  expect((await client.close()).code).toBe(1012);
  expect(client.answers(1)[0]?.result?.data).toBe('kept');
});

test('a call that never ends does not hold up the stop', async () => {
  await using server = await startSmallServer({ finishMs: 100 });
  using client = await RawClient.connect(server.url);
  server.room.gate = new Promise(() => {});
  client.call(1, 'mutation', 'pass', 'x');
  client.call(2, 'query', 'echo', 'x');
  await client.answer(2);
  await server.gateway.drain(0);
  expect((await client.close()).code).toBe(1012);
});
