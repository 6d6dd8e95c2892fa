import { type Conversation, unreadOf } from '@parley/contract';
import { DerivedStore, sameItems, sameProperties } from '../derived-store.ts';
import type { Sync } from '../sync/sync.ts';
import { byActivity } from './summary.ts';

/** One's conversations, as shown. */
export interface ConversationListSnapshot {
  readonly status: 'loading' | 'ready';
  /** By latest activity, as far as they are loaded. */
  readonly conversations: readonly Conversation[];
  /** Messages unread in all conversations, loaded or not. */
  readonly unread: number;
  /** Whether `loadMore` brings more. */
  readonly hasMore: boolean;
  /** Whether this is what was kept when the app was last open, and nothing has been heard from the server since. */
  readonly cached: boolean;
}

const loading: ConversationListSnapshot = {
  status: 'loading',
  conversations: [],
  unread: 0,
  hasMore: false,
  cached: false,
};

/** The signed-in person's conversations, live while somebody is subscribed. */
export class ConversationList extends DerivedStore<ConversationListSnapshot> {
  readonly #sync: Sync;

  constructor(sync: Sync) {
    super(loading, [sync]);
    this.#sync = sync;
  }

  /**
   * Loads the next page of conversations; does nothing when there is none.
   * @throws ParleyError
   */
  loadMore(): Promise<void> {
    return this.#sync.loadMore();
  }

  protected override derive(before: ConversationListSnapshot): ConversationListSnapshot {
    const { entries: held, cached } = this.#sync.getSnapshot();
    const entries = [...(held?.values() ?? [])];
    const conversations = entries.flatMap((entry) => entry.conversation ?? []).sort(byActivity);
    return sameProperties(before, {
      status: this.#sync.listed && held !== null ? 'ready' : 'loading',
      conversations: sameItems(before.conversations, conversations),
      unread: entries.reduce((sum, entry) => sum + unreadOf(entry.read), 0),
      hasMore: this.#sync.hasMore,
      cached,
    });
  }
}
