/** Something to read and to be told of: fits React's `useSyncExternalStore`, and needs no `this`. */
export interface Store<T> {
  /** Calls back after every change. Returns the undo. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The present value; the same object until it changes. */
  readonly getSnapshot: () => T;
}

/** A store whose owner sets its value. */
export class WritableStore<T> implements Store<T> {
  readonly #listeners = new Set<() => void>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    // Wrapped, so that a listener given twice is called twice and each undo undoes its own.
    const entry = () => listener();
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  };

  readonly getSnapshot = (): T => this.#value;

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }
}
