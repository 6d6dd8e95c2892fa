import { ParleyError } from '@parley/contract';
import type { AppRouter } from '@parley/contract/router';
import { createTRPCClient } from '@trpc/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Calls } from './calls.ts';

// Never reached: the calls below do not use it.
const trpc = createTRPCClient<AppRouter>({ links: [] });
const never = new Promise<never>(() => {});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('gives what the call gives and leaves no timer', async () => {
  await expect(new Calls().run(trpc, () => Promise.resolve(7), 1_000)).resolves.toBe(7);
  expect(vi.getTimerCount()).toBe(0);
});

test('fails with UNAVAILABLE at the deadline, and stops the call', async () => {
  let stopped = false;
  const result = new Calls().run(
    trpc,
    (_, { signal }) => {
      signal.addEventListener('abort', () => (stopped = true));
      return never;
    },
    15_000,
  );
  // Handled here, so that it is not taken for forgotten before it is looked at below.
  result.catch(() => {});
  await vi.advanceTimersByTimeAsync(14_999);
  expect(stopped).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await expect(result).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(stopped).toBe(true);
});

test('can fail all calls under way', async () => {
  const calls = new Calls();
  const results = [1, 2].map(() => calls.run(trpc, () => never, 1_000));
  calls.failAll(new ParleyError('UNAVAILABLE', 'unable to answer; the client is closed'));
  for (const result of results) await expect(result).rejects.toThrow('the client is closed');
  expect(vi.getTimerCount()).toBe(0);
});
