import { type TestParley, testParley } from '@parley/engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCaller } from '../callers.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';

const people = 40;
const devices = 10;
const crowd = people * devices;
const connectsPerSecond = 100;
/** What a bucket lets through at once, and in a second. */
const most = connectsPerSecond * 3;

const resources = new AsyncDisposableStack();
let parley: TestParley;
let server: ServerProcess;
let proxy: TcpProxy;

beforeAll(async () => {
  parley = resources.use(await testParley());
  const env = { CONNECTS_PER_SECOND: String(connectsPerSecond) };
  server = resources.use(await startServerProcess({ databaseUrl: parley.connectionString, env }));
  proxy = resources.use(await startTcpProxy(server.port));
});
afterAll(() => resources.disposeAsync());

/** The most that fall into one second. */
function busiestSecond(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));
}

test('I15 when everybody is cut off at once they come back a few at a time, and all of them do', async () => {
  /** When an inbox said where it stands, in ms. */
  const ready: number[] = [];
  const url = `http://127.0.0.1:${proxy.port}`;
  for (let person = 0; person < people; person += 1) {
    const { accessToken } = await parley.person(`person-${person}`);
    for (let device = 0; device < devices; device += 1) {
      const caller = resources.use(openCaller(url, accessToken));
      caller.trpc.inbox.watch.subscribe(undefined, {
        onData(events) {
          if (events.some(({ type }) => type === 'ready')) ready.push(performance.now());
        },
      });
    }
  }
  await expect.poll(() => ready.length, { timeout: 30_000 }).toBe(crowd);
  const cutAt = performance.now();
  proxy.reset();
  await expect.poll(() => ready.length, { timeout: 30_000 }).toBe(2 * crowd);
  const back = ready.slice(crowd);
  // A tenth more, as they are counted where they arrive.
  expect(busiestSecond(back)).toBeLessThan(most * 1.1);
  console.log(
    `${crowd} back after ${Math.round(Math.max(...back) - cutAt)} ms, at most ${busiestSecond(back)} in a second`,
  );
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
}, 90_000);
