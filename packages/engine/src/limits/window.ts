import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Rate } from './rates.ts';
import type { RedisLink } from './redis-link.ts';

/** Asking Redis for every message would cost more than the message: what is taken at once is this part of a rate. */
const parts = 10;
/** Keys known here at most: with more, the oldest have to be asked for again. */
const mostKeys = 50_000;

/** What is known here of one key, until the end of its window on the clock of `performance`. */
interface Held {
  /** May be taken without asking. */
  left: number;
  /** Nothing is left anywhere. */
  readonly over: boolean;
  readonly until: number;
}

interface Answer {
  readonly allowed: boolean;
  readonly ms: number;
}

/**
 * Counts by key, in Redis with all processes or here while it is away. A window begins with the first that is counted
 * in it. Counts that are often used are taken in blocks: what a process has taken and not used by the end of the window
 * is lost, so that several processes together may allow a little less than the rate, and never more.
 */
export class Window {
  readonly #redis: RateLimiterRedis | null;
  readonly #link: RedisLink | null;
  readonly #memory: RateLimiterMemory;
  readonly #block: number;
  readonly #held = new Map<string, Held>();
  readonly #asking = new Map<string, Promise<boolean>>();

  /** @param often whether to take in blocks; what is taken one by one can be given back */
  constructor(name: string, { count, seconds }: Rate, link: RedisLink | null, often: boolean) {
    const options = { keyPrefix: `parley:limit:${name}:${seconds}`, points: count, duration: seconds };
    this.#link = link;
    this.#redis = link && new RateLimiterRedis({ ...options, storeClient: link.client });
    this.#memory = new RateLimiterMemory(options);
    this.#block = often ? blockOf(count) : 1;
  }

  /** Takes one, at once where that is known here. @returns 0, or the milliseconds until there is one again */
  take(key: string): number | Promise<number> {
    const held = this.#held.get(key);
    const now = performance.now();
    if (held !== undefined && held.until > now) {
      if (held.over) return held.until - now;
      if (held.left > 0) {
        held.left -= 1;
        return 0;
      }
    }
    return this.#ask(key);
  }

  /** Gives one back that was taken. */
  async giveBack(key: string): Promise<void> {
    await this.#either((limiter) =>
      limiter.get(key).then((known) => (known === null ? null : limiter.reward(key))),
    );
    await this.#askAgain(key);
  }

  /** Forgets what was taken. */
  async forget(key: string): Promise<void> {
    await this.#either((limiter) => limiter.delete(key));
    await this.#askAgain(key);
  }

  /** Lets go of windows that are over. */
  sweep(): void {
    const now = performance.now();
    for (const [key, { until }] of this.#held) if (until <= now) this.#held.delete(key);
  }

  /** Does not rely on what is known here: somebody may have been refused just before something was given back. */
  async #askAgain(key: string): Promise<void> {
    await this.#asking.get(key);
    this.#held.delete(key);
  }

  /** One question at a time for each key: those who ask meanwhile see what is left of its answer first. */
  async #ask(key: string): Promise<number> {
    const asking = this.#asking.get(key);
    if (asking !== undefined) {
      await asking;
      return this.take(key);
    }
    const answer = this.#takeBlock(key).finally(() => this.#asking.delete(key));
    this.#asking.set(key, answer);
    if (await answer) return 0;
    return this.take(key);
  }

  /** @returns whether there was a block, of which one is taken already */
  async #takeBlock(key: string): Promise<boolean> {
    const { allowed, ms } = await this.#either((limiter) => consume(limiter, key, this.#block));
    const until = performance.now() + Math.max(ms, 1);
    this.#hold(key, { left: allowed ? this.#block - 1 : 0, over: !allowed, until });
    return allowed;
  }

  #hold(key: string, held: Held): void {
    if (this.#held.size >= mostKeys) {
      const [oldest] = this.#held.keys();
      if (oldest !== undefined) this.#held.delete(oldest);
    }
    this.#held.set(key, held);
  }

  async #either<T>(act: (limiter: RateLimiterRedis | RateLimiterMemory) => Promise<T>): Promise<T> {
    if (this.#redis !== null && this.#link?.answers === true) {
      try {
        return await this.#link.ask(act(this.#redis));
      } catch {
        // The link has said so: it counts here until Redis is back.
      }
    }
    return act(this.#memory);
  }
}

/** A part of the rate that divides it. */
function blockOf(count: number): number {
  let block = Math.max(1, Math.floor(count / parts));
  while (count % block !== 0) block -= 1;
  return block;
}

async function consume(
  limiter: RateLimiterRedis | RateLimiterMemory,
  key: string,
  points: number,
): Promise<Answer> {
  try {
    const { msBeforeNext: ms } = await limiter.consume(key, points);
    return { allowed: true, ms };
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    // It counts those it refuses, too: then there would be too little room when something is given back.
    // Nobody waits for it: what is given back after this was refused has to be seen after it.
    limiter.reward(key, points).catch(() => {});
    return { allowed: false, ms: refused.msBeforeNext };
  }
}
