import { expect, test } from 'vitest';
import { addressesOf } from './addresses.ts';

test.each([
  [
    'http://localhost:3000',
    'http://localhost:3000/trpc',
    'ws://localhost:3000/trpc',
    'http://localhost:3000/events',
  ],
  [
    'https://chat.example/',
    'https://chat.example/trpc',
    'wss://chat.example/trpc',
    'https://chat.example/events',
  ],
  [
    'https://example.org/parley/?a=1#b',
    'https://example.org/parley/trpc',
    'wss://example.org/parley/trpc',
    'https://example.org/parley/events',
  ],
])('%s', (base, http, webSocket, events) => {
  const addresses = addressesOf(base);
  expect(addresses).toMatchObject({ http, webSocket, events });
  for (const path of ['presence/events', 'auth/export'])
    expect(addresses.at(path)).toBe(events.replace(/events$/, path));
});

test.each(['localhost:3000', 'ws://localhost:3000', ''])('refuses %j', (base) => {
  expect(() => addressesOf(base)).toThrow(TypeError);
});
