import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SaidStore } from './said.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('what is said is kept for a while, and of a lot the latest', () => {
  const store = new SaidStore(1_000);
  const texts = () => store.getSnapshot().map(({ text }) => text);
  store.say('first');
  vi.advanceTimersByTime(600);
  for (let n = 1; n <= 12; n += 1) store.say(`${n}`);
  expect(texts()).toEqual(['3', '4', '5', '6', '7', '8', '9', '10', '11', '12']);
  vi.advanceTimersByTime(999);
  expect(texts()).toHaveLength(10);
  vi.advanceTimersByTime(1);
  expect(texts()).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
