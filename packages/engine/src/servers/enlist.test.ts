import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Bus } from '../bus/bus.ts';
import { silentLog } from '../testing/log.ts';
import { testParley, type TestParley } from '../testing/engine.ts';
import { enlistServer, type ServerProcess } from './enlist.ts';
import { livingServers } from './queries.ts';

const everyMs = 100;
let parley: TestParley;
beforeEach(async () => {
  parley = await testParley();
});
afterEach(() => parley[Symbol.asyncDispose]());

/** A process whose host knows these to be alive. */
function on(host: string, pid = 1, alive: readonly number[] = []): ServerProcess {
  return { host, pid, start: `start of ${pid}`, lives: async (other) => alive.includes(other) };
}

function enlist(bus: Bus['kind'], process: ServerProcess): Promise<AsyncDisposable> {
  const { connectionString } = parley;
  return enlistServer({ connectionString, bus, process, everyMs, log: silentLog });
}

/** What a killed server leaves behind. */
async function leaveRow(bus: Bus['kind'], host: string, aliveMs: number): Promise<void> {
  const row = { id: crypto.randomUUID(), bus, host, pid: 7, process_start: 'then' };
  const aliveUntil = new Date(Date.now() + aliveMs);
  await parley.db
    .insertInto('servers')
    .values({ ...row, alive_until: aliveUntil })
    .execute();
}

test('servers on Redis stand beside each other, and leave nothing behind', async () => {
  const first = await enlist('redis', on('a'));
  const second = await enlist('redis', on('b'));
  expect(await livingServers(parley.db)).toHaveLength(2);
  await first[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
  expect(await livingServers(parley.db)).toEqual([]);
});

test('a server gives signs of life for as long as it lives', async () => {
  await using _server = await enlist('memory', on('a'));
  const [first] = await livingServers(parley.db);
  await expect
    .poll(async () => (await livingServers(parley.db))[0]?.alive_until.getTime())
    .toBeGreaterThan(first?.alive_until.getTime() ?? Infinity);
});

test.each([
  ['memory', 'memory'],
  ['memory', 'redis'],
  ['redis', 'memory'],
] as const)('beside one on %s, one on %s does not start, wherever it is', async (first, second) => {
  await using _server = await enlist(first, on('a', 1));
  await expect(enlist(second, on('a', 2, [1]))).rejects.toThrow(
    /^unable to start; another server \(process 1\) uses this database and .* BUS=memory/,
  );
  await expect(enlist(second, on('b', 2))).rejects.toThrow(/another server \(process 1 on a\)/);
  expect(await livingServers(parley.db)).toHaveLength(1);
});

test('of two on the memory bus that start at the same time, one does', async () => {
  const alive = [1, 2];
  const started = await Promise.allSettled([
    enlist('memory', on('a', 1, alive)),
    enlist('memory', on('a', 2, alive)),
  ]);
  expect(started.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  for (const one of started) if (one.status === 'fulfilled') await one.value[Symbol.asyncDispose]();
});

test('one killed on the same host is seen through at once', async () => {
  await leaveRow('memory', 'a', 600_000);
  await using _server = await enlist('memory', on('a', 8));
  const [only, ...others] = await livingServers(parley.db);
  expect([only?.pid, others]).toEqual([8, []]);
});

test('one killed elsewhere is waited for until its last sign of life has expired', async () => {
  await leaveRow('memory', 'elsewhere', 500);
  const from = performance.now();
  await using _server = await enlist('memory', on('a', 8));
  const waited = performance.now() - from;
  expect(waited).toBeGreaterThan(300);
  expect(waited).toBeLessThan(5_000);
});

test('one whose row was lost is known again with its next sign of life', async () => {
  await using _server = await enlist('memory', on('a'));
  await parley.db.deleteFrom('servers').execute();
  await expect.poll(() => livingServers(parley.db)).toHaveLength(1);
});
