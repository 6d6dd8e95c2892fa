import { type Store, WritableStore } from './store.ts';

/** How long a store nobody looks at stays live, so that a quick return finds it as it was. */
const LINGER_MS = 5_000;

/** A store that is live while somebody is subscribed to it, and a little longer. */
export abstract class LiveStore<T> implements Store<T> {
  readonly #state: WritableStore<T>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #live = false;

  constructor(initial: T) {
    this.#state = new WritableStore(initial);
  }

  get live(): boolean {
    return this.#live;
  }

  readonly getSnapshot = (): T => this.#state.getSnapshot();

  readonly subscribe = (listener: () => void): (() => void) => {
    const undo = this.#state.subscribe(listener);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#live) {
      this.#live = true;
      this.start();
    }
    return () => {
      undo();
      if (this.#state.listenerCount === 0 && this.#live) this.#linger();
    };
  };

  /** Goes quiet at once. Those who are subscribed stay so, and the next one to subscribe makes it live again. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#live) return;
    this.#live = false;
    this.stop();
  }

  protected abstract start(): void;
  protected abstract stop(): void;

  protected publish(value: T): void {
    this.#state.set(value);
  }

  #linger(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), LINGER_MS);
  }
}
