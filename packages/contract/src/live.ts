/** Where a live stream's items go when they are pushed; `end` is called once, with an error unless it ended well. */
export interface LiveSink<T> {
  /** Takes items. A promise says that there is no room for more until it resolves; a replay then waits, live items do not. */
  next(items: readonly T[]): void | Promise<void>;
  end(error?: unknown): void;
}

/** The key under which a live stream offers to push. */
export const push: unique symbol = Symbol.for('parley.push');

/**
 * A live stream can be iterated by any tRPC adapter, and pushed from by one that can take items as they come. It is
 * consumed once, by either of the two; leaving the loop, or calling what `push` returned, frees everything it holds.
 */
export interface LiveStream<T> extends AsyncIterable<T> {
  [push](sink: LiveSink<T>): () => void;
}

/** Whether a subscription's result offers to push. */
export function isLiveStream(value: unknown): value is LiveStream<unknown> {
  return typeof value === 'object' && value !== null && push in value;
}
