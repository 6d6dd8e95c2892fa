import type { Store } from './store.ts';

/** A store that shows another way what other stores hold; live while somebody is subscribed, as they are. */
export abstract class DerivedStore<T> implements Store<T> {
  readonly #sources: readonly Store<unknown>[];
  readonly #alive: readonly Store<unknown>[];
  #snapshot: T;
  #read: readonly unknown[] = [];
  #subscribers = 0;

  /** @param alive what has to be live beside the sources, and says nothing that is shown */
  constructor(initial: T, sources: readonly Store<unknown>[], alive: readonly Store<unknown>[] = []) {
    this.#snapshot = initial;
    this.#sources = sources;
    this.#alive = alive;
  }

  /** Whether somebody is subscribed. */
  get live(): boolean {
    return this.#subscribers > 0;
  }

  readonly getSnapshot = (): T => {
    const read = this.#sources.map((source) => source.getSnapshot());
    if (read.some((value, index) => value !== this.#read[index])) {
      this.#read = read;
      this.#snapshot = this.derive(this.#snapshot);
    }
    return this.#snapshot;
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#subscribers += 1;
    let shown = this.getSnapshot();
    const onChange = () => {
      const now = this.getSnapshot();
      if (now === shown) return;
      shown = now;
      listener();
    };
    const undo = [
      ...this.#alive.map((store) => store.subscribe(() => {})),
      ...this.#sources.map((source) => source.subscribe(onChange)),
    ];
    if (this.#subscribers === 1) this.onFirst();
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#subscribers -= 1;
      for (const leave of undo) leave();
      if (this.#subscribers === 0) this.onLast();
    };
  };

  /** What the sources come to now; gives `before` back when that is the same. */
  protected abstract derive(before: T): T;

  /** Called when somebody subscribes and nobody else is. */
  protected onFirst(): void {}

  /** Called when the last one who was subscribed has left. */
  protected onLast(): void {}
}

/** `before` when it holds the same. */
export function sameItems<T>(before: readonly T[], after: readonly T[]): readonly T[] {
  return before.length === after.length && after.every((item, i) => item === before[i]) ? before : after;
}

/** `before` when every property is the same. */
export function sameProperties<T extends object>(before: T, after: T): T {
  const old = new Map<string, unknown>(Object.entries(before));
  return Object.entries(after).every(([name, value]) => old.get(name) === value) ? before : after;
}
