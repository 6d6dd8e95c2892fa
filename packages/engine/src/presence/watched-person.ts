import type { Presence, PresenceEvent } from '@parley/contract';
import type { PresenceWatch } from './presence-watch.ts';

/** Somebody who is watched from this process, by one stream or by many. */
export class WatchedPerson {
  readonly watches = new Set<PresenceWatch>();
  #presence: Presence | null = null;
  /** The number of the read that told of it. */
  #asOf = 0;
  #items: readonly PresenceEvent[] = [];

  get presence(): Presence | null {
    return this.#presence;
  }

  /** The event of it: the same for everyone who watches, so that it is serialised once. */
  get items(): readonly PresenceEvent[] {
    return this.#items;
  }

  /** Takes over what the nth read found. @returns whether that is news; what an earlier read found is none */
  learn(presence: Presence, asOf: number): boolean {
    if (asOf < this.#asOf) return false;
    this.#asOf = asOf;
    const before = this.#presence;
    if (before?.status === presence.status && before.lastSeen === presence.lastSeen) return false;
    this.#presence = presence;
    this.#items = [{ type: 'changed', presence }];
    return true;
  }
}
