import { readFile } from 'node:fs/promises';
import { type TestParley, testParley } from '@parley/engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Caller, openCaller } from '../callers.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';
import { watch, type Watcher } from './watcher.ts';

const full = process.env['PARLEY_TEST_FULL'] === '1';
const stalled = full ? 200 : 24;
const healthy = full ? 200 : 8;
/** Four bytes each, so that a connection's buffers in the system fill soon. */
const text = '😀'.repeat(10_000);
const token = 'a-token-for-metrics';

const resources = new AsyncDisposableStack();
let parley: TestParley;
let server: ServerProcess;
let proxy: TcpProxy;
let ada: Caller;
let accessToken: string;
let conversationId: string;

beforeAll(async () => {
  parley = resources.use(await testParley());
  const env = { METRICS_TOKEN: token };
  server = resources.use(await startServerProcess({ databaseUrl: parley.connectionString, env }));
  proxy = resources.use(await startTcpProxy(server.port));
  const [first, second] = [await parley.person('ada'), await parley.person('grace')];
  ({ accessToken } = second);
  ada = resources.use(openCaller(server.url, first.accessToken));
  const input = { participantIds: [second.userId], title: 'Room' };
  conversationId = (await ada.trpc.conversations.create.mutate(input)).id;
});
afterAll(() => resources.disposeAsync());

async function follow(url: string, count: number): Promise<Watcher[]> {
  const callers = Array.from({ length: count }, () => resources.use(openCaller(url, accessToken)));
  return Promise.all(callers.map((caller) => watch(caller, conversationId)));
}

/** Bytes of memory that the server's process holds. */
async function residentBytes(): Promise<number> {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

async function connections(): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const metrics = await (await fetch(`${server.url}/metrics`, { headers })).text();
  return Number(/^parley_connections (\d+)$/m.exec(metrics)?.[1]);
}

const ends = (watcher: Watcher) => watcher.rows.at(-1)?.seq;

test('I11 readers that stop reading are cut off at a bound of memory, others miss nothing, and they can resume', async () => {
  const [slow, fast] = [
    await follow(`http://127.0.0.1:${proxy.port}`, stalled),
    await follow(server.url, healthy),
  ];
  expect(await connections()).toBe(stalled + healthy + 1);
  const before = await residentBytes();
  proxy.blackhole(true);
  let most = 0;
  let said = 0;
  // No reader is cut for its silence alone before this is over: a ping is due after half a minute.
  while ((await connections()) > healthy + 1) {
    expect(said).toBeLessThan(1_000);
    for (let n = 0; n < 10; n += 1, said += 1)
      await ada.trpc.messages.send.mutate({ conversationId, content: text });
    most = Math.max(most, await residentBytes());
  }
  const { lastSeq } = await ada.trpc.conversations.get.query({ conversationId });
  await expect.poll(() => fast.map(ends), { timeout: 10_000 }).toEqual(fast.map(() => lastSeq));
  for (const { rows, events } of fast) {
    expect(rows).toHaveLength(said);
    expect(events.filter(({ type }) => type === 'ready')).toHaveLength(1);
  }
  // A socket's backlog is at most 1 MiB; what is counted beside it is garbage not collected yet.
  expect(most - before).toBeLessThan(stalled * 2 ** 20 + 200 * 2 ** 20);
  console.log(`${said} messages of 40 kB; memory ${mib(before)} before, ${mib(most)} at most`);

  proxy.blackhole(false);
  await expect.poll(() => slow.map(ends), { timeout: 30_000 }).toEqual(slow.map(() => lastSeq));
  for (const { rows } of slow)
    expect(rows.map(({ seq }) => seq)).toEqual(fast[0]?.rows.map(({ seq }) => seq));
  for (const watcher of [...slow, ...fast]) watcher.stop();
}, 180_000);

const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
