import { describe, expect, test } from 'vitest';
import { retryDelayMs } from './backoff.ts';

const almostOne = 1 - Number.EPSILON;

describe('retryDelayMs', () => {
  test('doubles its upper bound from 250 ms up to 15 s', () => {
    const bounds = [0, 1, 2, 5, 6, 7, 1000].map((attempt) => retryDelayMs(attempt, almostOne));
    expect(bounds).toEqual([249, 499, 999, 7_999, 14_999, 14_999, 14_999]);
  });

  test('spreads over the whole range, from nothing', () => {
    expect(retryDelayMs(3, 0)).toBe(0);
    expect(retryDelayMs(3, 0.5)).toBe(1_000);
  });

  test('is random unless told', () => {
    const delays = new Set(Array.from({ length: 50 }, () => retryDelayMs(10)));
    expect(delays.size).toBeGreaterThan(25);
  });
});
