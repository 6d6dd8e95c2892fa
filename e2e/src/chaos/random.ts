/** How often something is chosen, beside others. */
type Weighed = number | { readonly weight: number };

/** A seeded source of randomness: the same seed gives the same choices. Mulberry32, by Tommy Ettinger (public domain). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number in [from, to]. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the items; undefined when there is none. */
  pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.next() * items.length)];
  }

  /** One of the keys, by weight. */
  weighted<K extends string>(table: Readonly<Record<K, Weighed>>): K {
    const entries = Object.entries<Weighed>(table) as [K, Weighed][];
    let left = this.next() * entries.reduce((sum, [, of]) => sum + weightOf(of), 0);
    for (const [key, of] of entries) {
      left -= weightOf(of);
      if (left < 0) return key;
    }
    throw new Error('there is nothing to choose from');
  }

  /** A source of its own, so that what one does with it does not change what the others get. */
  fork(): Random {
    return new Random(Math.floor(this.next() * 2 ** 32));
  }
}

function weightOf(of: Weighed): number {
  return typeof of === 'number' ? of : of.weight;
}
