import type { ShownMessage, Store } from '@parley/sdk';
import { useSyncExternalStore } from 'react';

type Targets = ReadonlyMap<string, ShownMessage>;

/** What the next message of each place answers, a conversation or a thread, for as long as the page lives. */
class ReplyTargets implements Store<Targets> {
  readonly #listeners = new Set<() => void>();
  #targets: Targets = new Map();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): Targets => this.#targets;

  set(place: string, message: ShownMessage | null): void {
    const next = new Map(this.#targets);
    if (message === null) next.delete(place);
    else next.set(place, message);
    this.#targets = next;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Gives the id of what is answered, for a message that is sent now: the one after it answers nothing. */
  take(place: string): { readonly replyTo?: string } {
    const message = this.#targets.get(place);
    if (message === undefined) return {};
    this.set(place, null);
    return { replyTo: message.id };
  }
}

export const replyTargets = new ReplyTargets();

/** What the next message of a place answers; undefined for nothing. */
export function useReplyTarget(place: string): ShownMessage | undefined {
  return useSyncExternalStore(replyTargets.subscribe, () => replyTargets.getSnapshot().get(place));
}
