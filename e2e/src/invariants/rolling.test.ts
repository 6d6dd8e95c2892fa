import { type TestParley, testParley } from '@parley/engine/testing';
import { createWSClient } from '@trpc/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Balancer, startBalancer } from '../balancer.ts';
import { expectNothingLost, startSendLoad } from '../send-load.ts';
import { type ServerProcess, startServerProcess, testRedisUrl } from '../server-process.ts';

const drainMs = 3_000;
const idle = 60;
const stretch = 200;

const resources = new AsyncDisposableStack();
let parley: TestParley;
let balancer: Balancer;
const servers: ServerProcess[] = [];

const start = (port?: number) =>
  startServerProcess({
    databaseUrl: parley.connectionString,
    redisUrl: testRedisUrl(),
    env: { DRAIN_MS: String(drainMs) },
    ...(port === undefined ? {} : { port }),
  });

beforeAll(async () => {
  parley = resources.use(await testParley());
  balancer = resources.use(await startBalancer({ inTurn: true }));
  servers.push(...(await Promise.all([start(), start(), start()])));
  for (const server of servers) resources.use(server);
  balancer.route(servers.map(({ port }) => port));
});
afterAll(() => resources.disposeAsync());

/** Sockets that only sit there. Returns when each is opened again, in ms. */
async function sitters(accessToken: string): Promise<readonly number[]> {
  const moves: number[] = [];
  const opened = new Set<number>();
  for (let n = 0; n < idle; n += 1) {
    const client = createWSClient({
      url: `${balancer.url.replace('http', 'ws')}/trpc`,
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
      connectionParams: { token: accessToken },
      retryDelayMs: () => 50,
      onOpen() {
        if (opened.has(n)) moves.push(performance.now());
        opened.add(n);
      },
    });
    resources.defer(() => client.close());
  }
  await expect.poll(() => opened.size, { timeout: 20_000 }).toBe(idle);
  return moves;
}

test('I14 three servers stop and start in turn under load: no acknowledgement is lost, and sockets move spread out', async () => {
  const person = await parley.person('sitter');
  const moves = await sitters(person.accessToken);
  using load = await startSendLoad(balancer.url, parley);
  await load.more(stretch);
  for (const server of servers) {
    const [before, begun] = [moves.length, performance.now()];
    expect(await server.stop()).toBe(0);
    const took = performance.now() - begun;
    resources.use(await start(server.port));
    await load.more(stretch);
    const mine = moves.slice(before);
    // About a third of all sat on this server, or more, as those that moved before are on the others.
    expect(mine.length).toBeGreaterThan(idle / 6);
    expect(took).toBeLessThan(30_000);
    const [first, last] = [Math.min(...mine), Math.max(...mine)];
    expect(last - begun).toBeLessThan(30_000);
    expect(last - first).toBeGreaterThan(drainMs / 3);
  }
  await expectNothingLost(parley, await load.stop());
}, 180_000);
