import type { Store } from '@parley/sdk';

/** A store of the app's own: whatever extends it says what it shows. */
export abstract class OwnStore<T> implements Store<T> {
  readonly #listeners = new Set<() => void>();
  #shown: T;

  constructor(shown: T) {
    this.#shown = shown;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): T => this.#shown;

  protected show(shown: T): void {
    this.#shown = shown;
    for (const listener of [...this.#listeners]) listener();
  }
}

/** One that shows something by key. */
export class OwnMap<T> extends OwnStore<ReadonlyMap<string, T>> {
  constructor() {
    super(new Map());
  }

  /** Undefined takes away what is there. */
  set(key: string, value: T | undefined): void {
    const next = new Map(this.getSnapshot());
    if (value === undefined) next.delete(key);
    else next.set(key, value);
    this.show(next);
  }
}
