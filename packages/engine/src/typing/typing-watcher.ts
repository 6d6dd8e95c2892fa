import type { TypingEvent } from '@parley/contract';
import { MemberWatcher } from '../feeds/member-watcher.ts';

/** One `typing.watch`. */
export class TypingWatcher extends MemberWatcher<TypingEvent> {
  /** Whether the latest event named somebody; null before the first. */
  #showing: boolean | null = null;

  /** Passes on who is typing; nobody after nobody is no news. */
  tell(items: readonly TypingEvent[]): void {
    if (!this.live) return;
    const showing = items.some(({ count }) => count > 0);
    if (this.#showing === false && !showing) return;
    this.#showing = showing;
    this.stream.send(items);
  }

  frame(): void {}
}
