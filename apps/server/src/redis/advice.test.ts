import { expect, test } from 'vitest';
import { adviceOn } from './advice.ts';

const policy = { maxmemoryPolicy: 'allkeys-lru' };
const limits = (pubsub: string) => `normal 0 0 0 slave 268435456 67108864 60 pubsub ${pubsub}`;
const redis = (version: string, pubsub: string) =>
  adviceOn({ version, settings: { ...policy, outputBufferLimit: limits(pubsub) } });

test('a Redis as it comes needs no change, whatever it evicts', () => {
  expect(redis('7.0.15', '33554432 8388608 60')).toEqual({
    fine: [
      'version 7.0.15',
      'client-output-buffer-limit pubsub 33554432 8388608 60',
      'maxmemory-policy allkeys-lru; any will do, as nothing is stored in Redis',
    ],
    change: [],
  });
  expect(redis('10.0.0', '67108864 0 0').change).toEqual([]);
});

test.each([
  ['0 0 0', 'lets one server that hangs fill the memory'],
  ['1048576 0 0', 'cuts a server off in a burst'],
  ['33554432 1048576 10', 'cuts a server off that is busy for a while'],
])('a limit of %s %s', (pubsub, fault) => {
  expect(redis('7.4.0', pubsub).change).toEqual([
    `client-output-buffer-limit pubsub ${pubsub} ${fault}: ` +
      'redis-cli config set client-output-buffer-limit "pubsub 33554432 8388608 60"',
  ]);
});

test('an old one has to be replaced, also where its settings cannot be read', () => {
  const change = ['version 6.2.16 is too old: install Redis 7 or later'];
  expect(redis('6.2.16', '33554432 8388608 60').change).toEqual(change);
  expect(adviceOn({ version: '6.2.16', settings: null }).change).toEqual(change);
  expect(adviceOn({ version: '7.2.4', settings: null }).change).toEqual([]);
});
