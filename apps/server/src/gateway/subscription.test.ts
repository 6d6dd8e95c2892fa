import { ParleyError } from '@parley/contract';
import { tracked } from '@trpc/server';
import { expect, test } from 'vitest';
import { RawClient } from './testing/raw-client.ts';
import { type SmallServer, startSmallServer } from './testing/small-server.ts';
import { stockClient } from './testing/stock-client.ts';

function event(n: number): unknown {
  return tracked(`e:${n}`, { n });
}

async function following(server: SmallServer, count = 1): Promise<void> {
  await server.room.until(() => server.room.sinks.size === count);
}

test('tracked items, plain items and the end arrive as the stock adapter would send them', async () => {
  await using server = await startSmallServer();
  using client = await RawClient.connect(server.url);
  client.call('s', 'subscription', 'follow');
  await following(server);
  server.room.say(event(1), { n: 2 }, 'three', [{ n: 4 }], [5, { n: 6 }]);
  server.room.end();
  await client.until(() => client.answers('s').length === 7);
  expect(client.answers('s').map(({ result }) => result)).toEqual([
    { type: 'started' },
    { type: 'data', id: 'e:1', data: { id: 'e:1', data: { n: 1 } } },
    { type: 'data', data: { n: 2 } },
    { type: 'data', data: 'three' },
    { type: 'data', data: [{ n: 4 }] },
    { type: 'data', data: [5, { n: 6 }] },
    { type: 'stopped' },
  ]);
  expect(server.room.sinks.size).toBe(0);
});

test('a stream that fails ends with its error', async () => {
  await using server = await startSmallServer();
  using client = await RawClient.connect(server.url);
  client.call(1, 'subscription', 'follow');
  await following(server);
  server.room.end(new ParleyError('NOT_MEMBER', 'unable to go on; removed'));
  await client.until(() => client.answers(1).length === 2);
  expect(client.answers(1)[1]?.error?.data).toMatchObject({ reason: 'NOT_MEMBER', httpStatus: 404 });
  expect(server.room.sinks.size).toBe(0);
});

test('stopping frees the stream, and the id', async () => {
  await using server = await startSmallServer();
  using client = await RawClient.connect(server.url);
  for (let round = 1; round <= 3; round += 1) {
    client.call(1, 'subscription', 'follow');
    await following(server);
    client.say({ id: 1, method: 'subscription.stop' });
    await client.until(() => client.answers(1).length === 2 * round);
    expect(client.answers(1).at(-1)?.result).toEqual({ type: 'stopped' });
    expect(server.room.sinks.size).toBe(0);
  }
  client.say({ id: 1, method: 'subscription.stop' });
  client.call(2, 'query', 'echo', 'still here');
  await client.answer(2);
});

test('a subscription stopped while it is being opened holds nothing', async () => {
  await using server = await startSmallServer();
  using client = await RawClient.connect(server.url);
  client.say([
    { id: 1, method: 'subscription', params: { path: 'follow' } },
    { id: 1, method: 'subscription.stop' },
    { id: 2, method: 'subscription', params: { path: 'count', input: { bytes: 1 } } },
    { id: 2, method: 'subscription.stop' },
  ]);
  client.call(3, 'query', 'echo', 'x');
  await client.answer(3);
  expect(client.answers(1).map(({ result }) => result)).toEqual([{ type: 'stopped' }]);
  expect(client.answers(2).map(({ result }) => result)).toEqual([{ type: 'stopped' }]);
  await server.room.until(() => server.room.sinks.size === 0 && server.room.generators === 0);
});

test('a generator is iterated, and its finally runs when the client stops', async () => {
  await using server = await startSmallServer();
  using client = stockClient(() => server.url);
  const seen: number[] = [];
  await new Promise<void>((resolve) => {
    const subscription = client.trpc.count.subscribe(
      { bytes: 1 },
      {
        onData: (item) => {
          seen.push(Number((item as { id: string }).id));
          if (seen.length === 5) {
            subscription.unsubscribe();
            resolve();
          }
        },
      },
    );
  });
  expect(seen).toEqual([1, 2, 3, 4, 5]);
  await server.room.until(() => server.room.generators === 0);
});

test('security, sizes: the 51st subscription is told LIMITED, a duplicate id INVALID_INPUT', async () => {
  await using server = await startSmallServer();
  using client = await RawClient.connect(server.url);
  for (let id = 1; id <= 51; id += 1) client.call(id, 'subscription', 'follow');
  expect((await client.answer(51)).error?.data).toMatchObject({ reason: 'LIMITED' });
  client.call(7, 'subscription', 'follow');
  await client.until(() => client.answers(7).length === 2);
  expect(client.answers(7)[1]?.error?.data['reason']).toBe('INVALID_INPUT');
  expect(server.room.sinks.size).toBe(50);
  client.say({ id: 7, method: 'subscription.stop' });
  client.call(52, 'subscription', 'follow');
  expect((await client.answer(52)).result?.type).toBe('started');
});

test('the stock client resumes where it was, all its subscriptions in one frame', async () => {
  await using server = await startSmallServer();
  using client = stockClient(() => server.url, 'ada');
  const seen: number[][] = Array.from({ length: 20 }, () => []);
  for (const numbers of seen) {
    client.trpc.follow.subscribe(undefined, {
      onData: (item) => numbers.push((item as { data: { n: number } }).data.n),
    });
  }
  await following(server, 20);
  const first = client.sockets[0];
  server.room.say(event(1), event(2));
  await expect.poll(() => seen.every((numbers) => numbers.length === 2)).toBe(true);
  first?.terminate();
  await following(server, 0);
  await following(server, 20);
  expect(server.room.cursors.slice(20)).toEqual(Array.from({ length: 20 }, () => 'e:2'));
  server.room.say(event(3));
  await expect.poll(() => seen.every((numbers) => numbers.length === 3)).toBe(true);
  expect(seen[0]).toEqual([1, 2, 3]);
});
