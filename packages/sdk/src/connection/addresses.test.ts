import { expect, test } from 'vitest';
import { addressesOf } from './addresses.ts';

test.each([
  ['http://localhost:3000', 'http://localhost:3000/trpc', 'ws://localhost:3000/trpc'],
  ['https://chat.example/', 'https://chat.example/trpc', 'wss://chat.example/trpc'],
  ['https://example.org/parley/?a=1#b', 'https://example.org/parley/trpc', 'wss://example.org/parley/trpc'],
])('%s', (base, http, webSocket) => {
  expect(addressesOf(base)).toEqual({ http, webSocket });
});

test.each(['localhost:3000', 'ws://localhost:3000', ''])('refuses %j', (base) => {
  expect(() => addressesOf(base)).toThrow(TypeError);
});
