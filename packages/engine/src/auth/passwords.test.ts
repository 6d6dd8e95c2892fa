import { ParleyError } from '@parley/contract';
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

test('security, brute force: whoever would wait for longer than seconds is refused at once, with the wait', async () => {
  const passwords = new Passwords();
  const guesses = Array.from({ length: 200 }, () =>
    passwords.verify('a guess', undefined).catch((error: unknown) => error),
  );
  // Refusals need no worker.
  const last = await guesses.at(-1);
  await passwords[Symbol.asyncDispose]();
  const answers = await Promise.all(guesses);
  expect(last).toMatchObject({
    code: 'LIMITED',
    message: expect.stringContaining('too many are being checked'),
  });
  const refused = answers.filter((answer) => answer instanceof ParleyError && answer.code === 'LIMITED');
  expect(refused.length).toBeGreaterThan(200 - 40 * workers);
  for (const { retryAfterMs } of refused.filter((answer) => answer instanceof ParleyError)) {
    expect(retryAfterMs).toBeGreaterThan(5_000);
  }
});
