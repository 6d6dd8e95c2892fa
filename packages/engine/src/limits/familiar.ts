import type { RedisLink } from './redis-link.ts';

const seconds = 30 * 86_400;
const prefix = 'parley:familiar:';
/** Remembered here at most, beside Redis. */
const most = 20_000;

/** From where which accounts were signed in to lately. */
export class Familiar {
  readonly #link: RedisLink | null;
  readonly #here = new Set<string>();

  constructor(link: RedisLink | null) {
    this.#link = link;
  }

  async has(key: string): Promise<boolean> {
    if (this.#here.has(key)) return true;
    if (this.#link?.answers !== true) return false;
    return this.#link.ask(this.#link.client.exists(prefix + key)).then(
      (found) => found > 0,
      () => false,
    );
  }

  add(key: string): void {
    this.#here.delete(key);
    this.#here.add(key);
    const [oldest] = this.#here;
    if (this.#here.size > most && oldest !== undefined) this.#here.delete(oldest);
    // What Redis does not hear of is told again with the next sign-in.
    if (this.#link?.answers === true) this.#link.client.set(prefix + key, '1', 'EX', seconds).catch(() => {});
  }
}
