import { type LiveSink, type LiveStream, ParleyError, push } from '@parley/contract';

/** Items that wait for a reader who does not come; more, and the stream ends as too slow. */
const queueCap = 10_000;

/**
 * A live stream with its writing end. Items queue up until somebody iterates or takes the push; `onDispose` runs once,
 * when the reader leaves or the stream has ended.
 */
export class LiveChannel<T> implements LiveStream<T> {
  #queue: T[] = [];
  #sink: LiveSink<T> | null = null;
  #wake: (() => void) | null = null;
  #ended: { error?: unknown } | null = null;
  #dispose: (() => void) | null;
  /** Resolves when a sink that said it was full has room again. */
  #full: Promise<void> | null = null;
  readonly #taken: (() => void)[] = [];

  constructor(onDispose: () => void) {
    this.#dispose = onDispose;
  }

  get closed(): boolean {
    return this.#ended !== null;
  }

  send(items: readonly T[]): void {
    if (this.#ended !== null || items.length === 0) return;
    if (this.#sink !== null) {
      this.#full = this.#sink.next(items) ?? null;
      return;
    }
    if (this.#queue.length + items.length > queueCap) {
      this.end(new ParleyError('TOO_SLOW', 'unable to go on with the stream; it is not read fast enough'));
      return;
    }
    this.#queue.push(...items);
    this.#wake?.();
  }

  /**
   * Resolves when the reader can take more. Live events do not wait for it, a replay does: what can be read again later
   * need not pile up.
   */
  async drained(): Promise<void> {
    if (this.#ended !== null) return;
    if (this.#sink !== null) await this.#full;
    else if (this.#queue.length > 0) await new Promise<void>((resolve) => this.#taken.push(resolve));
  }

  /** Ends the stream after what is queued; with an error unless it ended well. */
  end(error?: unknown): void {
    if (this.#ended !== null) return;
    this.#ended = error === undefined ? {} : { error };
    this.#finish();
    this.#sink?.end(error);
    this.#wake?.();
  }

  [push](sink: LiveSink<T>): () => void {
    const queued = this.#take();
    if (queued.length > 0) this.#full = sink.next(queued) ?? null;
    if (this.#ended !== null) {
      sink.end(this.#ended.error);
      return () => {};
    }
    this.#sink = sink;
    return () => this.#leave();
  }

  [Symbol.asyncIterator](): AsyncIterator<T, void, void> {
    const items = this.#items();
    return {
      next: () => items.next(),
      // A generator that was never begun has no `finally` to run, and one that waits for an item does not hear of it.
      return: () => {
        this.#leave();
        return items.return();
      },
    };
  }

  async *#items(): AsyncGenerator<T, void, void> {
    try {
      for (;;) {
        yield* this.#take();
        if (this.#queue.length > 0) continue;
        if (this.#ended !== null) break;
        await new Promise<void>((resolve) => (this.#wake = resolve));
        this.#wake = null;
      }
      if ('error' in this.#ended) throw this.#ended.error;
    } finally {
      this.#leave();
    }
  }

  #take(): T[] {
    const items = this.#queue;
    this.#queue = [];
    for (const resolve of this.#taken.splice(0)) resolve();
    return items;
  }

  #leave(): void {
    this.#sink = null;
    this.#take();
    this.#ended ??= {};
    this.#finish();
    this.#wake?.();
  }

  #finish(): void {
    const dispose = this.#dispose;
    this.#dispose = null;
    dispose?.();
  }
}
