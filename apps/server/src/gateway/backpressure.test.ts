import { expect, test } from 'vitest';
import { RawClient } from './testing/raw-client.ts';
import { type SmallServer, startSmallServer } from './testing/small-server.ts';

/** Says things to everyone who follows until somebody leaves, giving sockets time to take them. */
async function sayUntil({ room }: SmallServer, left: () => boolean): Promise<number> {
  let said = 0;
  for (; !left(); said += 1) {
    room.say({ said, text: 'x'.repeat(30_000) });
    await new Promise((resolve) => setImmediate(resolve));
  }
  return said;
}

test('a reader that stops reading for good is cut and what it held is freed; others miss nothing', async () => {
  await using server = await startSmallServer({ closeMs: 100 });
  const { room } = server;
  using slow = await RawClient.connect(server.url);
  using fast = await RawClient.connect(server.url);
  fast.call(1, 'subscription', 'follow');
  slow.call(1, 'subscription', 'follow');
  slow.call(2, 'subscription', 'count', { bytes: 1 });
  await room.until(() => room.sinks.size === 2 && room.generators === 1);
  slow.ws.pause();
  const said = await sayUntil(server, () => room.sinks.size === 1);
  await room.until(() => room.generators === 0);
  await expect.poll(() => server.gateway.size).toBe(1);
  await fast.until(() => fast.answers(1).length === said + 1);
});

test('a slow reader that comes back in time reads the error frame and 4408', async () => {
  await using server = await startSmallServer({ backlogBytes: 64 * 1024 });
  using client = await RawClient.connect(server.url);
  client.call(1, 'subscription', 'follow');
  await client.answer(1);
  client.ws.pause();
  await sayUntil(server, () => server.room.sinks.size === 0);
  client.ws.resume();
  expect(await client.close()).toEqual({ code: 4408, reason: 'TOO_SLOW' });
  expect(client.answers(null)[0]?.error?.data).toMatchObject({ reason: 'TOO_SLOW', retryable: true });
});

test('a generator waits for its reader, however slow, and goes on', async () => {
  await using server = await startSmallServer({ backlogBytes: 64 * 1024 });
  using client = await RawClient.connect(server.url);
  client.call(1, 'subscription', 'count', { bytes: 30_000 });
  await client.answer(1);
  client.ws.pause();
  const { room } = server;
  const before = { counted: -1 };
  const still = (): boolean => {
    const waits = room.counted === before.counted;
    before.counted = room.counted;
    return waits;
  };
  await expect.poll(still, { interval: 100 }).toBe(true);
  client.ws.resume();
  await room.until(() => room.counted > before.counted + 100);
  expect(client.closed).toBeNull();
});

test('a sink that is full says so, and when it has room again', async () => {
  await using server = await startSmallServer({ backlogBytes: 1_000_000 });
  using client = await RawClient.connect(server.url);
  client.call(1, 'subscription', 'follow');
  const { room } = server;
  await room.until(() => room.sinks.size === 1);
  const [sink] = room.sinks;
  expect(sink?.next([{ text: 'x' }])).toBeUndefined();
  await client.until(() => client.answers(1).length === 2);
  client.ws.pause();
  let full: void | Promise<void>;
  do full = sink?.next([{ text: 'x'.repeat(200_000) }]);
  while (full === undefined);
  client.ws.resume();
  await full;
  expect(client.closed).toBeNull();
});

test('one who reads gets a first item and answers far above the backlog', async () => {
  await using server = await startSmallServer({ backlogBytes: 10_000 });
  using client = await RawClient.connect(server.url);
  client.call('s', 'subscription', 'follow');
  await server.room.until(() => server.room.sinks.size === 1);
  server.room.say({ text: 'x'.repeat(5_000_000) });
  for (let id = 1; id <= 10; id += 1) client.call(id, 'query', 'echo', 'y'.repeat(60_000));
  await client.until(() => client.heard.length === 12);
  expect(client.closed).toBeNull();
});

test('one who does not read its answers cannot make more calls', async () => {
  await using server = await startSmallServer({ backlogBytes: 64 * 1024, pingMs: 100_000 });
  using client = await RawClient.connect(server.url);
  client.call('first', 'query', 'echo', 'x');
  await client.answer('first');
  client.ws.pause();
  const input = 'y'.repeat(60_000);
  const calls = 600;
  for (let id = 0; id < calls; id += 1) client.call(id, 'query', 'echo', input);
  // What cannot be sent because the server has stopped reading stays in this client's own buffer.
  let before = -1;
  const stuck = (): boolean => {
    const waiting = client.ws.bufferedAmount;
    const still = waiting === before && waiting > 1_000_000;
    before = waiting;
    return still;
  };
  await expect.poll(stuck, { interval: 200, timeout: 10_000 }).toBe(true);
  client.ws.resume();
  await client.until(() => client.heard.length === calls + 1);
  expect(client.closed).toBeNull();
});
