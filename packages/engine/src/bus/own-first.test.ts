import { expect, test } from 'vitest';
import { silentLog } from '../testing/index.ts';
import type { Bus, BusListener } from './bus.ts';
import { ownFirst } from './own-first.ts';
import { redisBus } from './redis-bus.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A bus whose far end is the test: what was published, and a way to have something come in. */
function farEnd() {
  const published: string[] = [];
  let listener: BusListener = () => {};
  const bus: Bus = {
    kind: 'redis',
    connected: true,
    publish: (_channel, payload) => void published.push(payload),
    whisper: (_channel, payload) => void published.push(payload),
    subscribe: async (_channels, own) => void (listener = own),
    unsubscribe() {},
    onReconnect: () => () => {},
    async [Symbol.asyncDispose]() {},
  };
  return { bus, published, comes: (payload: string) => listener('room', payload) };
}

test('what is published here is heard here at once, and not again when it comes back', async () => {
  const { bus, published, comes } = farEnd();
  await using own = ownFirst(bus);
  const heard: string[] = [];
  await own.subscribe(['room'], (_channel, payload) => void heard.push(payload));
  own.publish('room', 'one');
  expect(heard).toEqual([]);
  await turn();
  expect(heard).toEqual(['one']);
  expect(published).toEqual(['one']);
  for (const payload of ['one', 'of others', 'one']) comes(payload);
  // The second is somebody else's who said the same.
  expect(heard).toEqual(['one', 'of others', 'one']);
});

test('what nobody listens to here is only passed on', async () => {
  const { bus, published } = farEnd();
  await using own = ownFirst(bus);
  const heard: string[] = [];
  const listen: BusListener = (_channel, payload) => void heard.push(payload);
  await own.subscribe(['room'], listen);
  own.publish('another', 'one');
  own.publish('room', 'two');
  own.unsubscribe(['room'], listen);
  await turn();
  expect(heard).toEqual([]);
  expect(published).toEqual(['one', 'two']);
});

test('what is published here is heard here also while there is no Redis', async () => {
  await using bus = redisBus('redis://127.0.0.1:1', silentLog);
  const heard: string[] = [];
  await bus.subscribe(['room'], (_channel, payload) => void heard.push(payload));
  bus.publish('room', 'one');
  await turn();
  expect(bus.connected).toBe(false);
  expect(heard).toEqual(['one']);
});
