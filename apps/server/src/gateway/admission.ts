/** What may come at once is what comes in so many seconds in the long run. */
const burstSeconds = 2;

/**
 * How many may come in a while, as a bucket that fills up. After a restart or a cut cable everybody comes back together,
 * and each of them costs the database and this process some work.
 */
export class Admission {
  readonly #perSecond: number;
  #left: number;
  #at = performance.now();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond * burstSeconds;
  }

  /** Whether one more may come in now; counts it when so. */
  take(): boolean {
    const now = performance.now();
    const gained = ((now - this.#at) / 1_000) * this.#perSecond;
    this.#left = Math.min(this.#perSecond * burstSeconds, this.#left + gained);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
