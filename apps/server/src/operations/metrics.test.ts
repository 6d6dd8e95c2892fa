import { newId } from '@parley/contract';
import { lossyBus, read, testParley, type TestParley } from '@parley/engine/testing';
import Fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noteError, sendProblem } from '../http/errors.ts';
import { metricsRoute } from './metrics-route.ts';
import { startMetricsServer } from './metrics-server.ts';
import { Metrics } from './metrics.ts';

let parley: TestParley;
beforeAll(async () => {
  parley = await testParley();
});
afterAll(() => parley[Symbol.asyncDispose]());

test('messages that are stored alone are counted with the others', async () => {
  const metrics = new Metrics();
  const { services } = await parley.engine({ meter: metrics });
  const [ida, joan] = [await parley.person('ida'), await parley.person('joan')];
  const eve = await parley.person('eve');
  const { id: conversationId } = await services.conversations.create(ida, { participantIds: [joan.userId] });
  const asked = await services.messages.send(ida, { conversationId, content: 'Who comes?' });
  const reply = { conversationId, content: 'I do', id: newId(), replyTo: asked.id };
  await services.messages.send(joan, reply);
  await services.messages.send(joan, reply);
  await expect(services.messages.send(joan, { ...reply, content: 'Not I' })).rejects.toThrow('taken');
  await expect(services.messages.send(eve, { ...reply, id: newId() })).rejects.toThrow('not in it');
  const { text } = await metrics.read();
  for (const line of [
    'parley_sends_total{outcome="stored"} 2',
    'parley_sends_total{outcome="repeated"} 1',
    'parley_sends_total{outcome="conflict"} 1',
    'parley_sends_total{outcome="not-member"} 1',
    'parley_send_batch_messages_count 5',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
});

test('it counts what the engine did, and times calls by procedure and outcome', async () => {
  const metrics = new Metrics();
  const engine = await parley.engine({ meter: metrics });
  metrics.watchEngine(() => engine.status());
  metrics.watchSockets(() => ({ connections: 3, subscriptions: 4 }));
  const services = metrics.timed(engine.services);
  const [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
  const { id: conversationId } = await services.conversations.create(ada, { participantIds: [grace.userId] });
  const message = { conversationId, content: 'hello', id: newId() };
  await services.messages.send(ada, message);
  await services.messages.send(ada, message);
  await expect(services.messages.send(ada, { ...message, conversationId: newId() })).rejects.toThrow(
    'unable',
  );
  metrics.delivered(2);
  const { text, type } = await metrics.read();
  expect(type).toContain('text/plain');
  for (const line of [
    'parley_sends_total{outcome="stored"} 1',
    'parley_sends_total{outcome="repeated"} 1',
    'parley_sends_total{outcome="not-member"} 1',
    'parley_send_batch_messages_count 3',
    'parley_call_seconds_count{procedure="messages.send",code="OK"} 2',
    'parley_call_seconds_count{procedure="messages.send",code="NOT_MEMBER"} 1',
    'parley_call_seconds_count{procedure="conversations.create",code="OK"} 1',
    'parley_deliveries_total 2',
    'parley_connections 3',
    'parley_subscriptions 4',
    'parley_bus_connected 1',
    'parley_pool_waiting 0',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).toMatch(/^parley_pool_connections [1-9]/m);
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds [\d.]/m);
  expect(text).not.toContain(conversationId);
});

test('an event that the bus lost is counted when it is found, and the gap read for it', async () => {
  const metrics = new Metrics();
  const bus = lossyBus();
  const engine = await parley.engine({ meter: metrics, bus });
  const [alan, margaret] = [await parley.person('alan'), await parley.person('margaret')];
  const { conversations, messages } = engine.services;
  const { id: conversationId } = await conversations.create(alan, { participantIds: [margaret.userId] });
  const watched = read(await messages.watch(margaret, { conversationId }));
  await watched.next();
  bus.lose('');
  await messages.send(alan, { conversationId, content: 'unheard' });
  expect((await metrics.read()).text).toContain('parley_gap_reads_total 0');
  bus.reconnect();
  await watched.next((item) => JSON.stringify(item).includes('unheard'));
  watched.stop();
  const { text } = await metrics.read();
  expect(text).toContain('parley_gap_reads_total 1');
  expect(text).toContain('parley_head_repairs_total{feed="conversation"} 1');
});

test('it says whether the database answers, and whether the process stops', async () => {
  const metrics = new Metrics();
  const own = await testParley();
  const engine = await own.engine({ meter: metrics });
  let draining = false;
  metrics.watchDatabase(() => engine.checkDatabase());
  metrics.watchDraining(() => draining);
  const lines = async () => (await metrics.read()).text.split('\n');
  expect(await lines()).toEqual(expect.arrayContaining(['parley_database_reachable 1', 'parley_draining 0']));
  await own.setReachable(false);
  draining = true;
  expect(await lines()).toEqual(expect.arrayContaining(['parley_database_reachable 0', 'parley_draining 1']));
  await own.setReachable(true);
  expect(await lines()).toContain('parley_database_reachable 1');
  await own[Symbol.asyncDispose]();
});

test('with a token, it is needed', async () => {
  const app = Fastify();
  app.setErrorHandler((thrown, request, reply) => sendProblem(request, reply, noteError(thrown, request)));
  const token = 'a token for metrics';
  await app.register(metricsRoute, { metrics: new Metrics(), token: token.replaceAll(' ', '-') });
  const status = async (authorization?: string) =>
    (await app.inject({ url: '/metrics', headers: authorization === undefined ? {} : { authorization } }))
      .statusCode;
  expect(await status()).toBe(401);
  expect(await status('Bearer another')).toBe(401);
  expect(await status('Bearer a-token-for-metrics')).toBe(200);
  await app.close();
});

test('on a port of its own there is nothing else; a taken one is told', async () => {
  const options = { metrics: new Metrics(), token: null, host: '127.0.0.1' };
  await using server = await startMetricsServer({ ...options, port: 0 });
  const url = `http://127.0.0.1:${server.port}`;
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('# TYPE parley_sends_total counter');
  expect((await fetch(`${url}/health`)).status).toBe(404);
  await expect(startMetricsServer({ ...options, port: server.port })).rejects.toThrow(
    `unable to start; port ${server.port} is taken, stop what uses it or set METRICS_PORT to another`,
  );
});
