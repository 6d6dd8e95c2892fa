import type { ShownMessage } from '@parley/sdk';
import { useSyncExternalStore } from 'react';
import { OwnMap } from '../../own-store.ts';

/** What the next message of each place answers, a conversation or a thread, for as long as the page lives. */
class ReplyTargets extends OwnMap<ShownMessage> {
  /** Gives the id of what is answered, for a message that is sent now: the one after it answers nothing. */
  take(place: string): { readonly replyTo?: string } {
    const message = this.getSnapshot().get(place);
    if (message === undefined) return {};
    this.set(place, undefined);
    return { replyTo: message.id };
  }
}

export const replyTargets = new ReplyTargets();

/** What the next message of a place answers; undefined for nothing. */
export function useReplyTarget(place: string): ShownMessage | undefined {
  return useSyncExternalStore(replyTargets.subscribe, () => replyTargets.getSnapshot().get(place));
}
