import { type Store, WritableStore } from '../store.ts';

/** What a timer can wait for at most; it is set anew then. */
const LONGEST_MS = 86_400_000;

/** A store that changes when a time has come; it runs while somebody is subscribed. */
export class Alarm implements Store<number> {
  readonly #rung = new WritableStore(0);
  #at = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly getSnapshot = (): number => this.#rung.getSnapshot();

  readonly subscribe = (listener: () => void): (() => void) => {
    const undo = this.#rung.subscribe(listener);
    this.#arm();
    return () => {
      undo();
      this.#arm();
    };
  };

  /** @param at in ms since the epoch; Infinity for never */
  set(at: number): void {
    if (at === this.#at) return;
    this.#at = at;
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#at === Infinity || this.#rung.listenerCount === 0) return;
    const ms = Math.min(Math.max(0, this.#at - Date.now()), LONGEST_MS);
    this.#timer = setTimeout(() => this.#ring(), ms);
  }

  #ring(): void {
    if (Date.now() < this.#at) return this.#arm();
    this.#at = Infinity;
    this.#rung.set(this.#rung.getSnapshot() + 1);
  }
}
