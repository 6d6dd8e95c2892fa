const firstMs = 200;
const mostMs = 2_000;

/**
 * How long to wait before the next attempt, in milliseconds: twice as long after each failure in a row, two seconds at
 * most, and spread out, so that those who failed together do not come back together.
 */
export function retryDelay(failures: number): number {
  return Math.min(firstMs * 2 ** Math.min(failures, 10), mostMs) * (0.5 + Math.random() / 2);
}
