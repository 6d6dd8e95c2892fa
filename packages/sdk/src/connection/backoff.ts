const FIRST_MS = 250;
const CAP_MS = 15_000;

/**
 * How long to wait before another attempt, in milliseconds: exponential with full jitter, so that clients which lost
 * the same server at the same time come back spread out.
 * @param attempt how many attempts failed before, from 0
 * @param random a number in [0, 1)
 */
export function retryDelayMs(attempt: number, random: number = Math.random()): number {
  return Math.floor(random * Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(attempt, 30)));
}
