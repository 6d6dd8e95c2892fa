import { expect, test } from 'vitest';
import { RawClient } from './testing/raw-client.ts';
import { startSmallServer } from './testing/small-server.ts';

const quick = { pingMs: 50, pongMs: 50, sweepMs: 10 };

test('an idle socket is pinged and lives', async () => {
  await using server = await startSmallServer(quick);
  using client = await RawClient.connect(server.url);
  let pings = 0;
  const pinged = new Promise<void>((resolve) => {
    client.ws.on('ping', () => {
      pings += 1;
      if (pings === 4) resolve();
    });
  });
  await pinged;
  expect(client.closed).toBeNull();
  expect(server.gateway.size).toBe(1);
});

test('a socket that answers no ping is cut, and what it held is freed', async () => {
  await using server = await startSmallServer(quick);
  using client = await RawClient.connect(server.url);
  client.call(1, 'subscription', 'follow');
  await client.answer(1);
  client.ws.pause();
  await server.room.until(() => server.room.sinks.size === 0);
  expect(server.gateway.size).toBe(0);
});
