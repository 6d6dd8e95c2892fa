/** What came of calls that were repeated for a while. */
export interface Repeated {
  /** How long each took, in milliseconds. */
  readonly delays: readonly number[];
  readonly seconds: number;
}

/** Calls in so many lanes at once, in each again as soon as the call before has ended, for so many milliseconds. */
export async function repeated(
  lanes: number,
  ms: number,
  call: (lane: number) => Promise<void>,
): Promise<Repeated> {
  const from = performance.now();
  const delays: number[] = [];
  const run = async (_: unknown, lane: number): Promise<void> => {
    while (performance.now() < from + ms) {
      const start = performance.now();
      await call(lane);
      delays.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: lanes }, run));
  return { delays, seconds: (performance.now() - from) / 1_000 };
}
