import { type LiveStream, push } from '@parley/contract';

/** Reads a live stream as it comes: `next` gives the first item from here on that fits. */
export interface Reading<T> {
  /** Everything read so far. */
  readonly items: T[];
  /** How it ended; null while it goes on. */
  readonly ended: { error: unknown } | null;
  /** The first item not yet given that fits. @throws Error when it does not come within `ms`, or the stream ends */
  next(fits?: (item: T) => boolean, ms?: number): Promise<T>;
  /** Resolves when the stream ends. */
  end(ms?: number): Promise<unknown>;
  stop(): void;
}

export function read<T>(stream: LiveStream<T>): Reading<T> {
  const items: T[] = [];
  let given = 0;
  let ended: { error: unknown } | null = null;
  let changed = Promise.withResolvers<void>();
  const notify = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const stop = stream[push]({
    next(more) {
      items.push(...more);
      notify();
    },
    end(error) {
      ended = { error };
      notify();
    },
  });
  const wait = async (deadline: number, what: string) => {
    const late = AbortSignal.timeout(Math.max(1, deadline - Date.now()));
    const { promise, reject } = Promise.withResolvers<never>();
    late.addEventListener(
      'abort',
      () => reject(new Error(`${what}; read last: ${JSON.stringify(items.slice(-5))}`)),
      {
        once: true,
      },
    );
    await Promise.race([changed.promise, promise]);
  };
  return {
    items,
    get ended() {
      return ended;
    },
    async next(fits = () => true, ms = 5_000) {
      const deadline = Date.now() + ms;
      for (;;) {
        while (given < items.length) {
          const item = items[given];
          given += 1;
          if (item !== undefined && fits(item)) return item;
        }
        if (ended !== null) throw new Error('the stream ended', { cause: ended.error });
        await wait(deadline, 'the item did not come');
      }
    },
    async end(ms = 5_000) {
      const deadline = Date.now() + ms;
      while (ended === null) await wait(deadline, 'the stream did not end');
      return ended.error;
    },
    stop,
  };
}
