import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Has those who are refused wait a little, each for another time: who tries again as soon as there is an answer would
 * otherwise keep the server busy with refusals. So many at once at the most, others go on at once.
 */
export class Pause {
  readonly #leastMs: number;
  readonly #mostMs: number;
  readonly #atOnce: number;
  #waiting = 0;

  constructor(limits: { readonly leastMs: number; readonly mostMs: number; readonly atOnce: number }) {
    this.#leastMs = limits.leastMs;
    this.#mostMs = limits.mostMs;
    this.#atOnce = limits.atOnce;
  }

  async take(): Promise<void> {
    if (this.#waiting >= this.#atOnce) return;
    this.#waiting += 1;
    try {
      await sleep(this.#leastMs + Math.random() * (this.#mostMs - this.#leastMs), undefined, { ref: false });
    } finally {
      this.#waiting -= 1;
    }
  }
}

/** Before somebody hears that they may not try to sign in. */
export function signInPause(): Pause {
  return new Pause({ leastMs: 100, mostMs: 400, atOnce: 2_000 });
}
