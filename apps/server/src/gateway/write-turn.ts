export interface Flushable {
  /** Writes what waits. */
  flush(): void;
}

/** Flushes all that queued something, once at the end of a turn of the event loop. */
export class WriteTurn {
  #waiting: Flushable[] = [];

  add(flushable: Flushable): void {
    if (this.#waiting.push(flushable) === 1) setImmediate(this.#flush);
  }

  readonly #flush = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const flushable of waiting) flushable.flush();
  };
}
