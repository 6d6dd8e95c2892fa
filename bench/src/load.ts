/**
 * Keeps `inFlight` calls going for a while.
 * @returns calls finished per second
 */
export async function throughput(
  call: (turn: number) => Promise<void>,
  inFlight: number,
  seconds: number,
): Promise<number> {
  const start = performance.now();
  const until = start + seconds * 1000;
  let turn = 0;
  let done = 0;
  async function lane(): Promise<void> {
    while (performance.now() < until) {
      turn += 1;
      await call(turn);
      done += 1;
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane));
  return done / ((performance.now() - start) / 1000);
}
