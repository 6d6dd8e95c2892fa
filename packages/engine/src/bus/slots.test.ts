import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { slotOf } from './slots.ts';

const [node = ''] = (process.env['PARLEY_TEST_REDIS_CLUSTER_URLS'] ?? '').split(',');

test('channels have the slots that Redis says they have', async () => {
  const channels = ['', '123456789', 'parley:user:{', 'a{b}c', 'a{}{b}', 'a{{b}}c', '}a{b', 'مرحبا 👩‍👩‍👧‍👦'];
  for (let n = 0; n < 100; n += 1) channels.push(`parley:conversation:${n}`);
  const redis = new Redis(node);
  try {
    const said = await Promise.all(channels.map((channel) => redis.cluster('KEYSLOT', channel)));
    expect(channels.map(slotOf)).toEqual(said);
  } finally {
    redis.disconnect();
  }
});
