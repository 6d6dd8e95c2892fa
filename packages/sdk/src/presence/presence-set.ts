import type { Presence } from '@parley/contract';
import { LiveStore } from '../live-store.ts';

/** Those of some people of whom it is known whether they are there, by user id. */
export type Presences = ReadonlyMap<string, Presence>;

export const noPresences: Presences = new Map();

export interface PresenceHub {
  added(set: PresenceSet): void;
  removed(set: PresenceSet): void;
}

/** Whether some people are there. Live while somebody is subscribed. */
export class PresenceSet extends LiveStore<Presences> {
  readonly userIds: readonly string[];
  readonly #hub: PresenceHub;

  constructor(userIds: readonly string[], hub: PresenceHub) {
    super(noPresences);
    this.userIds = userIds;
    this.#hub = hub;
  }

  /** Takes over those of these people who are in the set. */
  take(known: Presences): void {
    const before = this.getSnapshot();
    const after = new Map<string, Presence>();
    for (const userId of this.userIds) {
      const presence = known.get(userId);
      if (presence !== undefined) after.set(userId, presence);
    }
    const same =
      after.size === before.size && [...after].every(([id, presence]) => before.get(id) === presence);
    if (!same) this.publish(after);
  }

  protected override start(): void {
    this.#hub.added(this);
  }

  protected override stop(): void {
    this.#hub.removed(this);
  }
}
