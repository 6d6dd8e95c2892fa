// What runs in the page: each stands alone there.

/** Resolves with the milliseconds from the next click until the message at a position is painted, wholly on screen. */
export async function paintedAfterClick(position: number): Promise<number> {
  const clickedAt = await new Promise<number>((resolve) => {
    addEventListener('click', ({ timeStamp }) => resolve(timeStamp), { capture: true, once: true });
  });
  const deadline = clickedAt + 30_000;
  while (performance.now() < deadline) {
    // What comes after a frame's callbacks comes after it is painted.
    await new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const row = document.querySelector(`[data-position="${position}"]`);
    const box = row?.closest('[data-testid=timeline]');
    if (row == null || box == null) continue;
    if (row.getBoundingClientRect().bottom <= box.getBoundingClientRect().bottom)
      return performance.now() - clickedAt;
  }
  throw new Error(`the message at ${position} did not come`);
}

/** What the browser did for a while, in milliseconds. */
export interface Recorded {
  /** Between each frame and the one before. */
  readonly frames: readonly number[];
  /** Each task over 50 ms. */
  readonly tasks: readonly number[];
}

/** Records frames and long tasks until it is stopped. */
export function record(): { stop: () => Recorded } {
  const frames: number[] = [];
  const tasks: number[] = [];
  const observer = new PerformanceObserver((list) => {
    tasks.push(...list.getEntries().map(({ duration }) => duration));
  });
  observer.observe({ type: 'longtask' });
  let before = performance.now();
  let next = requestAnimationFrame(function frame(now) {
    frames.push(now - before);
    before = now;
    next = requestAnimationFrame(frame);
  });
  return {
    stop() {
      cancelAnimationFrame(next);
      tasks.push(...observer.takeRecords().map(({ duration }) => duration));
      observer.disconnect();
      return { frames, tasks };
    },
  };
}

/** The positions at the top and at the bottom of what is in the page. */
export function positionsShown(): { first: number; last: number } {
  const positions = [...document.querySelectorAll<HTMLElement>('[data-testid=timeline] [data-position]')].map(
    (row) => Number(row.dataset['position']),
  );
  return { first: Math.min(...positions), last: Math.max(...positions) };
}
