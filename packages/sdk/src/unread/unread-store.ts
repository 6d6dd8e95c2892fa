import type { UnreadTotal } from '@parley/contract';
import { DerivedStore, sameProperties } from '../derived-store.ts';
import type { Sync } from '../sync/sync.ts';
import { Alarm } from './alarm.ts';
import { totalUnread } from './total.ts';

export const nothingUnread: UnreadTotal = { conversations: 0, messages: 0 };

/**
 * How many conversations have something unread, and how many messages that is, of those neither muted, archived nor hidden:
 * derived from what is held, so that it is right at once. Live while somebody is subscribed.
 */
export class UnreadStore extends DerivedStore<UnreadTotal> {
  readonly #sync: Sync;
  readonly #alarm: Alarm;

  constructor(sync: Sync) {
    const alarm = new Alarm();
    super(nothingUnread, [sync, alarm]);
    this.#sync = sync;
    this.#alarm = alarm;
  }

  /** Ends what waits for a mute to be over; call it when nothing is heard any more. */
  close(): void {
    this.#alarm.set(Infinity);
  }

  protected override derive(before: UnreadTotal): UnreadTotal {
    const { total, until } = totalUnread(this.#sync.getSnapshot().entries?.values() ?? [], Date.now());
    this.#alarm.set(until);
    return sameProperties(before, total);
  }
}
