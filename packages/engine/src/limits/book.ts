import { ParleyError } from '@parley/contract';
import { limitedThings, type LimitName, type LimitRates } from './rates.ts';
import type { RedisLink } from './redis-link.ts';
import { Window } from './window.ts';

/** Those that come with nearly every call, or by the thousand when somebody means harm; none of it is given back. */
const often: ReadonlySet<LimitName> = new Set([
  'calls',
  'openCalls',
  'send',
  'search',
  'subscribe',
  'connect',
]);

/** The windows of every limit. */
export class Book {
  readonly #windows = new Map<LimitName, readonly Window[]>();
  readonly #onRefused: (limit: LimitName) => void;

  constructor(rates: LimitRates, link: RedisLink | null, onRefused: (limit: LimitName) => void) {
    this.#onRefused = onRefused;
    for (const name of Object.keys(rates)) {
      if (!isLimit(name, rates)) continue;
      const windows = rates[name].map((rate) => new Window(name, rate, link, often.has(name)));
      this.#windows.set(name, windows);
    }
  }

  /**
   * Takes one in each window of a limit, at once where that is known here.
   * @throws LIMITED, with the time to wait
   */
  take(limit: LimitName, key: string, from = 0): void | Promise<void> {
    const windows = this.#windows.get(limit) ?? [];
    for (let at = from; at < windows.length; at += 1) {
      const wait = windows[at]?.take(key) ?? 0;
      if (typeof wait === 'number') this.#check(limit, wait);
      else {
        return wait.then((ms) => {
          this.#check(limit, ms);
          return this.take(limit, key, at + 1);
        });
      }
    }
    return undefined;
  }

  /** Gives back what was taken, of a limit that is not taken often. */
  giveBack(limit: LimitName, key: string): void {
    for (const window of this.#windows.get(limit) ?? []) void window.giveBack(key);
  }

  forget(limit: LimitName, key: string): void {
    for (const window of this.#windows.get(limit) ?? []) void window.forget(key);
  }

  sweep(): void {
    for (const windows of this.#windows.values()) for (const window of windows) window.sweep();
  }

  #check(limit: LimitName, ms: number): void {
    if (ms <= 0) return;
    this.#onRefused(limit);
    throw limited(`too many ${limitedThings[limit]}`, ms);
  }
}

export function limited(reason: string, ms: number): ParleyError {
  const retryAfterMs = Math.ceil(ms);
  const seconds = Math.ceil(retryAfterMs / 1_000);
  return new ParleyError('LIMITED', `unable to go on; ${reason}, try again in ${seconds} s`, {
    retryAfterMs,
  });
}

function isLimit(name: string, rates: LimitRates): name is LimitName {
  return Object.hasOwn(rates, name);
}
