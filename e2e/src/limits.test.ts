import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { newId } from '@parley/contract';
import { type TestParley, testParley } from '@parley/engine/testing';
import { createClient } from '@parley/sdk';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { BadSignIns, SignInAnswers } from './bad-sign-ins.ts';
import { openCaller } from './callers.ts';
import { type ServerProcess, startServerProcess, testRedisUrl } from './server-process.ts';

const full = process.env['PARLEY_TEST_FULL'] === '1';
/** What nobody may wait for, in milliseconds: it is promised, and measured, for a thousand bad sign-ins. */
const bearableMs = full ? 100 : 300;
const metricsToken = 'a-token-for-metrics';

const resources = new AsyncDisposableStack();
let parley: TestParley;
let server: ServerProcess;

beforeAll(async () => {
  parley = resources.use(await testParley());
  server = resources.use(
    await startServerProcess({
      databaseUrl: parley.connectionString,
      redisUrl: testRedisUrl(),
      env: { LIMITS: 'on', TRUST_PROXY: 'loopback', METRICS_TOKEN: metricsToken, LIMIT_SEND: '200/2s' },
    }),
  );
});
afterAll(() => resources.disposeAsync());

async function metrics(): Promise<string> {
  const headers = { authorization: `Bearer ${metricsToken}` };
  return (await fetch(`${server.url}/metrics`, { headers })).text();
}

/** How long the server's event loop kept others waiting since this was last asked, in milliseconds. */
async function eventLoopDelay(): Promise<number> {
  return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(await metrics())?.[1]) * 1_000;
}

async function signInBadly(task: Omit<BadSignIns, 'url'>): Promise<SignInAnswers> {
  const worker = new Worker(new URL('./bad-sign-ins.ts', import.meta.url), {
    workerData: { url: server.url, ...task },
    execArgv: ['--conditions=@parley/source'],
  });
  const [answers]: SignInAnswers[] = await once(worker, 'message');
  await worker.terminate();
  if (answers === undefined) throw new Error('nobody signed in');
  return answers;
}

interface Talk {
  /** How long each message took from the one to the other, in milliseconds. */
  readonly took: readonly number[];
  stop(): Promise<void>;
}

/** Two people who talk, a message every few milliseconds. */
async function talk(): Promise<Talk> {
  const [ada, grace] = [await parley.person(newId()), await parley.person(newId())];
  const here = resources.use(openCaller(server.url, ada.accessToken));
  const there = resources.use(openCaller(server.url, grace.accessToken));
  const participantIds = [grace.userId];
  const { id: conversationId } = await here.trpc.conversations.create.mutate({ participantIds });
  const waiting = new Map<string, () => void>();
  const arrives = (what: string) => new Promise<void>((resolve) => waiting.set(what, resolve));
  const onData = (event: unknown): void => {
    const text = JSON.stringify(event);
    for (const [what, resolve] of waiting) if (text.includes(what) && waiting.delete(what)) resolve();
  };
  const ready = arrives('"ready"');
  there.trpc.messages.watch.subscribe({ conversationId }, { onData });
  await ready;
  let talking = true;
  const took: number[] = [];
  const done = (async () => {
    while (talking) {
      const id = newId();
      const began = performance.now();
      await Promise.all([
        arrives(id),
        here.trpc.messages.send.mutate({ conversationId, content: 'hello', id }),
      ]);
      took.push(performance.now() - began);
      await sleep(10);
    }
  })();
  return {
    took,
    async stop() {
      talking = false;
      await done;
    },
  };
}

const p99 = (took: readonly number[]): number =>
  took.toSorted((a, b) => a - b)[Math.ceil(took.length * 0.99) - 1] ?? Number.NaN;

test.each([
  // As many are looked at as the limit says.
  ['from one address to one account', full ? 1_000 : 200, false, [5, 5]],
  // Until the wait would get too long: each that is looked at takes a quarter of a second.
  ['each from an address of its own to an account of its own', full ? 1_000 : 8, true, [1, 100]],
] as const)(
  'security, brute force: bad sign-ins at once, %s, keep nobody waiting',
  async (name, count, spread, [fewest, most]) => {
    const talking = await talk();
    // Threads and connections that are made at first are made by now.
    await sleep(full ? 2_000 : 300);
    const before = { delay: await eventLoopDelay(), messages: talking.took.length };
    const { statuses, waits, ms } = await signInBadly({ count, spread });
    const delay = await eventLoopDelay();
    await talking.stop();
    const [calm, took] = [talking.took.slice(0, before.messages), talking.took.slice(before.messages)];
    console.info(
      `bad sign-ins ${name}: ${JSON.stringify(statuses)} in ${Math.round(ms)} ms; ` +
        `event loop p99 ${delay.toFixed(1)} ms, ${before.delay.toFixed(1)} ms before; ` +
        `${took.length} messages, p99 ${p99(took).toFixed(1)} ms, ${p99(calm).toFixed(1)} ms before`,
    );
    expect((statuses['401'] ?? 0) + (statuses['429'] ?? 0)).toBe(count);
    expect(waits).toHaveLength(statuses['429'] ?? 0);
    for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(1);
    expect(statuses['401']).toBeGreaterThanOrEqual(fewest);
    expect(statuses['401']).toBeLessThanOrEqual(most);
    expect(took.length).toBeGreaterThan(10);
    expect(delay).toBeLessThan(bearableMs);
    expect(p99(took)).toBeLessThan(bearableMs);
  },
);

test('security, limits: the SDK waits for as long as it is told, and sends everything in order', async () => {
  const grace = await parley.person(newId());
  const limited = await startServerProcess({
    databaseUrl: parley.connectionString,
    redisUrl: testRedisUrl(),
    env: { LIMITS: 'on', LIMIT_SEND: '3/1s', LIMIT_SEARCH: '1/1m', METRICS_TOKEN: metricsToken },
  });
  resources.use(limited);
  const client = createClient({ url: limited.url });
  onTestFinished(() => client.close());
  await client.auth.register({
    email: `${newId()}@example.com`,
    username: `sdk-${Date.now()}`,
    password: 'correct horse battery',
  });
  const { id: conversationId } = await client.conversations.create({ participantIds: [grace.userId] });
  const sent = await Promise.all(
    Array.from({ length: 7 }, (_, n) => client.messages.send({ conversationId, content: String(n) })),
  );
  expect(sent.map(({ content, position }) => `${content} ${position}`)).toEqual(
    sent.map((_, n) => `${n} ${(sent[0]?.position ?? 0) + n}`),
  );
  await client.users.search({ q: 'nobody' });
  const refusal: unknown = await client.users.search({ q: 'nobody' }).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'LIMITED', retryable: true });
  expect(refusal).toHaveProperty(
    'retryAfterMs',
    expect.toSatisfy((ms: unknown) => Number(ms) > 30_000),
  );
  const headers = { authorization: `Bearer ${metricsToken}` };
  const text = await (await fetch(`${limited.url}/metrics`, { headers })).text();
  // Two windows were full; in each the outbox ran into the limit once, and then waited.
  expect(text).toMatch(/^parley_limited_total\{limit="send"\} [1-3]$/m);
  expect(text).toMatch(/^parley_limits_shared 1$/m);
});
