import { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import { readSlotMap, type SlotMap } from './slot-map.ts';

/** Between two looks at a cluster in which nothing seems to have moved, and in which something has. */
const calmMs = 1_000;
const alarmedMs = 100;
const patienceMs = 1_000;

/** Asks a cluster again and again where its slots are: one node at a time, and the next when that one is of no use. */
export class Scout implements Disposable {
  readonly #found: (map: SlotMap) => void;
  readonly #log: Log;
  readonly #seeds: readonly string[];
  /** Those to ask, the next one first. */
  #candidates: readonly string[];
  #asked: { readonly redis: Redis; readonly url: string } | null = null;
  #timer: NodeJS.Timeout | undefined;
  #alarmed = false;
  /** How many nodes in a row were of no use. */
  #failures = 0;
  #closed = false;

  /** @param found called with every answer */
  constructor(seeds: readonly string[], found: (map: SlotMap) => void, log: Log) {
    this.#seeds = seeds;
    this.#candidates = seeds;
    this.#found = found;
    this.#log = log;
    this.#schedule(0);
  }

  /** Looks soon, and at another node: what the latest one said is out of date. */
  alarm(): void {
    if (this.#alarmed || this.#closed) return;
    this.#alarmed = true;
    if (this.#timer !== undefined) this.#schedule(alarmedMs * (0.5 + Math.random()));
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#asked?.redis.disconnect();
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#look();
    }, ms);
  }

  async #look(): Promise<void> {
    if (this.#alarmed) this.#next();
    this.#alarmed = false;
    try {
      this.#asked ??= this.#open();
      const { redis, url } = this.#asked;
      if (redis.status === 'wait') await redis.connect();
      const map = await readSlotMap(redis, url);
      this.#failures = 0;
      if (this.#closed) return;
      const known = new Set([...map.masters, ...this.#seeds]);
      const fresh = [...known].filter((candidate) => !this.#candidates.includes(candidate));
      this.#candidates = [...fresh, ...this.#candidates.filter((candidate) => known.has(candidate))];
      this.#found(map);
    } catch (error) {
      this.#log.debug({ err: error }, 'redis cluster not seen');
      this.#failures += 1;
      this.#next();
    } finally {
      if (!this.#closed) this.#schedule(this.#pause() * (0.5 + Math.random()));
    }
  }

  #pause(): number {
    if (this.#failures > 0) return Math.min(alarmedMs * 2 ** (this.#failures - 1), calmMs);
    return this.#alarmed ? alarmedMs : calmMs;
  }

  #open() {
    const [url, ...others] = this.#candidates;
    if (url === undefined) throw new Error('no node of the cluster is known');
    this.#candidates = [...others, url];
    const redis = new Redis(url, {
      lazyConnect: true,
      connectionName: 'parley-scout',
      enableOfflineQueue: false,
      connectTimeout: patienceMs,
      commandTimeout: patienceMs,
      retryStrategy: () => null,
    });
    redis.on('error', (error) => this.#log.debug({ err: error }, 'redis error'));
    return { redis, url };
  }

  #next(): void {
    this.#asked?.redis.disconnect();
    this.#asked = null;
  }
}
