import { expect, test } from 'vitest';
import { Passwords } from './passwords.ts';

/** The most workers there are: so far can one who came later get ahead. */
const workers = 4;

test('whoever asks first is served first, however many ask', { timeout: 60_000 }, async () => {
  await using passwords = new Passwords();
  const served: number[] = [];
  await Promise.all(
    Array.from({ length: 9 }, async (_, asked) => {
      await passwords.verify('a password', undefined);
      served.push(asked);
    }),
  );
  for (const [place, asked] of served.entries()) {
    expect(Math.abs(place - asked), `served in the order ${served.join(' ')}`).toBeLessThan(workers);
  }
});
