import type { Store } from '@parley/sdk';

/** Something said to whoever is there. */
export interface Said {
  readonly id: number;
  readonly text: string;
}

/** Keeps what was said for a while. */
export class SaidStore implements Store<readonly Said[]> {
  readonly #keepMs: number;
  readonly #listeners = new Set<() => void>();
  #said: readonly Said[] = [];
  #last = 0;

  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): readonly Said[] => this.#said;

  say(text: string): void {
    const said = { id: (this.#last += 1), text };
    this.#show([...this.#said, said]);
    setTimeout(() => this.#show(this.#said.filter(({ id }) => id !== said.id)), this.#keepMs);
  }

  #show(said: readonly Said[]): void {
    this.#said = said;
    for (const listener of [...this.#listeners]) listener();
  }
}
