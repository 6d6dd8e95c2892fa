import { memoryBus, redisBus } from '@parley/engine';
import { silentLog, testParley, type TestParley } from '@parley/engine/testing';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noteError, sendProblem } from './errors.ts';
import { healthRoutes } from './health.ts';

const resources = new AsyncDisposableStack();
let parley: TestParley;
beforeAll(async () => {
  parley = resources.use(await testParley());
});
afterAll(() => resources.disposeAsync());

/** An app over the test's database, on the memory bus or on a Redis. */
async function appOn(redisUrl: string | null, isDraining = () => false): Promise<FastifyInstance> {
  const bus = resources.use(redisUrl === null ? memoryBus() : redisBus(redisUrl, silentLog));
  const app = Fastify();
  app.setErrorHandler((thrown, request, reply) => sendProblem(request, reply, noteError(thrown, request)));
  await app.register(healthRoutes, { engine: await parley.engine({ bus }), isDraining });
  resources.defer(() => app.close());
  return app;
}

async function ask(app: FastifyInstance, path: string): Promise<[number, Record<string, unknown>]> {
  const answer = await app.inject(path);
  return [answer.statusCode, answer.json()];
}

test('with all there it is live and ready', async () => {
  const app = await appOn(null);
  expect(await ask(app, '/health/ready')).toEqual([200, { status: 'ok', database: 'ok', redis: 'not used' }]);
  const live = { status: 'ok', version: expect.any(String), uptime: expect.any(Number) };
  expect(await ask(app, '/health/live')).toEqual([200, live]);
  expect(await ask(app, '/health')).toEqual([200, live]);
  expect(await ask(app, '/health/db')).toEqual([200, { status: 'ok' }]);
  expect(await ask(app, '/health/redis')).toEqual([200, { status: 'not used' }]);
});

test('with Redis there it says so', async () => {
  const app = await appOn(process.env['PARLEY_TEST_REDIS_URL'] ?? '');
  await expect.poll(() => ask(app, '/health/redis')).toEqual([200, { status: 'ok' }]);
  expect(await ask(app, '/health/ready')).toEqual([200, { status: 'ok', database: 'ok', redis: 'ok' }]);
});

test('without Redis it is ready and degraded, and says so', async () => {
  const app = await appOn('redis://127.0.0.1:1');
  const [status, body] = await ask(app, '/health/ready');
  expect([status, body['status'], body['redis']]).toEqual([200, 'degraded', 'unreachable']);
  expect(body['reason']).toMatch(/^Redis is unreachable/);
  const [redisStatus, problem] = await ask(app, '/health/redis');
  expect([redisStatus, problem['code'], problem['detail']]).toEqual([
    503,
    'UNAVAILABLE',
    'unable to reach Redis',
  ]);
});

test('without PostgreSQL it lives and is not ready, until PostgreSQL is back', async () => {
  const app = await appOn(null);
  await parley.setReachable(false);
  const [status, problem] = await ask(app, '/health/ready');
  expect([status, problem['code'], problem['detail']]).toEqual([
    503,
    'UNAVAILABLE',
    'unable to reach the database',
  ]);
  expect((await ask(app, '/health/db'))[0]).toBe(503);
  expect((await ask(app, '/health/live'))[0]).toBe(200);
  await parley.setReachable(true);
  expect((await ask(app, '/health/ready'))[0]).toBe(200);
});

test('while it drains it lives and is not ready', async () => {
  const app = await appOn(null, () => true);
  expect((await ask(app, '/health/ready'))[0]).toBe(503);
  expect((await ask(app, '/health/db'))[0]).toBe(503);
  const [status, body] = await ask(app, '/health/live');
  expect([status, body['status']]).toEqual([200, 'stopping']);
});
