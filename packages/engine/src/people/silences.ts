import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { parsePayload } from '../feeds/events.ts';
import type { Log } from '../log.ts';
import { retryDelay } from '../retry-delay.ts';
import { silencesOf } from './queries.ts';

/** One for everybody: blocking somebody is rare. */
const channel = 'silences';
/** People asked about in one statement. */
const pageSize = 1_000;

type OnSilenced = (otherId: string) => void;

/** Says that two people do not see or hear each other from now on. Call it after the commit. */
export function publishSilence(bus: Bus, userId: string, otherId: string): void {
  bus.publish(channel, JSON.stringify([userId, otherId]));
}

/**
 * Tells the streams of this process whom their viewers are not to hear of any more. What was said while the bus was away is
 * read when it is back. That two may hear each other again is for the next stream to find.
 */
export class Silences {
  readonly #db: Database;
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #held = new Map<string, Set<OnSilenced>>();
  readonly #stopListening: () => void;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;

  constructor({ db, bus, log }: { db: Database; bus: Bus; log: Log }) {
    this.#db = db;
    this.#bus = bus;
    this.#log = log;
    this.#stopListening = bus.onReconnect(() => void this.#readAll());
  }

  listen(): Promise<void> {
    return this.#bus.subscribe([channel], this.#onWord);
  }

  /** Has it told who is silenced for a person, until what it returns is called. Hold first, then ask who is already. */
  hold(userId: string, onSilenced: OnSilenced): () => void {
    const held = this.#held.get(userId) ?? new Set();
    this.#held.set(userId, held);
    held.add(onSilenced);
    return () => {
      if (held.delete(onSilenced) && held.size === 0) this.#held.delete(userId);
    };
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#stopListening();
    this.#bus.unsubscribe([channel], this.#onWord);
  }

  readonly #onWord = (_channel: string, payload: string): void => {
    const pair = parsePayload(payload);
    const [one, other] = Array.isArray(pair) ? pair.filter((id) => typeof id === 'string') : [];
    if (one === undefined || other === undefined) return;
    this.#tell(one, other);
    this.#tell(other, one);
  };

  #tell(userId: string, otherId: string): void {
    for (const onSilenced of [...(this.#held.get(userId) ?? [])]) onSilenced(otherId);
  }

  async #readAll(): Promise<void> {
    const userIds = [...this.#held.keys()];
    try {
      for (let from = 0; from < userIds.length; from += pageSize) {
        const found = await silencesOf(this.#db, userIds.slice(from, from + pageSize));
        for (const { id, other } of found) this.#tell(id, other);
      }
      this.#failures = 0;
    } catch (error) {
      if (this.#closed) return;
      if (this.#failures === 0)
        this.#log.warn({ err: error }, 'unable to see who has blocked whom; trying again');
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => void this.#readAll(), retryDelay(this.#failures));
      this.#failures += 1;
    }
  }
}
