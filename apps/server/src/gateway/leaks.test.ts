import { expect, test } from 'vitest';
import { RawClient } from './testing/raw-client.ts';
import { startSmallServer } from './testing/small-server.ts';

const cycles = process.env['PARLEY_TEST_FULL'] === undefined ? 1_000 : 10_000;

test(`after ${cycles} sockets cut or closed nothing is left`, async () => {
  await using server = await startSmallServer();
  const sockets = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  const before = sockets();
  const atOnce = 50;
  for (let done = 0; done < cycles; done += atOnce) {
    await Promise.all(
      Array.from({ length: atOnce }, async (_, n) => {
        const client = await RawClient.connect(`${server.url}?connectionParams=1`);
        client.say({ method: 'connectionParams', data: { token: `user ${n}` } });
        client.call(1, 'subscription', 'follow');
        client.call(2, 'subscription', 'count', { bytes: 10 });
        if (n % 3 === 0) await client.answer(1);
        if (n % 2 === 0) client.ws.terminate();
        else client.ws.close();
        await client.close();
      }),
    );
  }
  const { room, gateway, held } = server;
  await room.until(() => room.sinks.size === 0 && room.generators === 0);
  await expect.poll(() => [gateway.size, held.size, sockets() - before]).toEqual([0, 0, 0]);
}, 120_000);
