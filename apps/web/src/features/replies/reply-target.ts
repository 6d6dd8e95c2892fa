import type { ShownMessage } from '@parley/sdk';
import { useSyncExternalStore } from 'react';
import { OwnStore } from '../../own-store.ts';

type Targets = ReadonlyMap<string, ShownMessage>;

/** What the next message of each place answers, a conversation or a thread, for as long as the page lives. */
class ReplyTargets extends OwnStore<Targets> {
  constructor() {
    super(new Map());
  }

  set(place: string, message: ShownMessage | null): void {
    const next = new Map(this.getSnapshot());
    if (message === null) next.delete(place);
    else next.set(place, message);
    this.show(next);
  }

  /** Gives the id of what is answered, for a message that is sent now: the one after it answers nothing. */
  take(place: string): { readonly replyTo?: string } {
    const message = this.getSnapshot().get(place);
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
