import { OwnStore } from '../own-store.ts';

/** More than that nobody could take in. */
const MOST = 10;

/** Something said to whoever is there. */
export interface Said {
  readonly id: number;
  readonly text: string;
}

/** Keeps what was said for a while, and the latest only where a lot is said. */
export class SaidStore extends OwnStore<readonly Said[]> {
  readonly #keepMs: number;
  #last = 0;

  constructor(keepMs: number) {
    super([]);
    this.#keepMs = keepMs;
  }

  say(text: string): void {
    const said = { id: (this.#last += 1), text };
    this.show([...this.getSnapshot(), said].slice(-MOST));
    setTimeout(() => this.show(this.getSnapshot().filter(({ id }) => id !== said.id)), this.#keepMs);
  }
}
