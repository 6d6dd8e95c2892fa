import { expect, test } from 'vitest';
import { Pause } from './pause.ts';

test('security, brute force: who is refused hears of it later, but for those beyond so many at once', async () => {
  const pause = new Pause({ leastMs: 100, mostMs: 120, atOnce: 2 });
  const began = performance.now();
  const order: string[] = [];
  const take = (name: string) => pause.take().then(() => order.push(name));
  await Promise.all([take('first'), take('second'), take('third')]);
  expect(order[0]).toBe('third');
  // Timers may be a millisecond early.
  expect(performance.now() - began).toBeGreaterThan(98);
  await take('fourth');
  expect(performance.now() - began).toBeGreaterThan(196);
});
