import type { Presence, PresenceEvent } from '@parley/contract';
import { LiveChannel } from '../live-channel.ts';

/** One `presence.watch`. */
export class PresenceWatch {
  readonly viewerId: string;
  readonly stream: LiveChannel<PresenceEvent>;
  /** Those watched. */
  userIds: ReadonlySet<string> = new Set();
  /** Those whom the viewer sees no more, since it was opened. */
  readonly silenced = new Set<string>();
  /** Those of whom there is news that waits for the next look at whom one may watch. */
  readonly waiting = new Set<string>();
  readonly #recheckMs: number;
  #begun = false;
  #checkedAt = performance.now();
  #checking = false;

  /**
   * @param recheckMs for how long it is known whom the viewer may watch
   * @param onClosed frees what is held for the stream
   */
  constructor(viewerId: string, recheckMs: number, onClosed: (watch: PresenceWatch) => void) {
    this.viewerId = viewerId;
    this.#recheckMs = recheckMs;
    this.stream = new LiveChannel(() => onClosed(this));
  }

  /** Says how everybody stands; news follows from here on. */
  begin(presences: readonly Presence[]): void {
    this.#begun = true;
    this.stream.send([{ type: 'ready', presences }]);
  }

  /** Passes news on. @returns whether it has to be found out first whether the viewer may still watch */
  tell(userId: string, items: readonly PresenceEvent[]): boolean {
    if (!this.#begun) return false;
    if (performance.now() - this.#checkedAt < this.#recheckMs) {
      this.stream.send(items);
      return false;
    }
    this.waiting.add(userId);
    if (this.#checking) return false;
    this.#checking = true;
    return true;
  }

  /** Somebody is not to be seen any more: from here on it is as if they were never there. */
  hide(userId: string): void {
    this.waiting.delete(userId);
    if (!this.#begun) return;
    this.stream.send([{ type: 'changed', presence: { userId, status: 'offline', lastSeen: null } }]);
  }

  /** It has been found out, or could not be; then it is tried again with the next news. */
  checked(found: boolean): void {
    this.#checking = false;
    if (found) this.#checkedAt = performance.now();
  }
}
