import { type Conversation, isHidden } from '@parley/contract';
import { DerivedStore, sameItems, sameProperties } from '../derived-store.ts';
import type { Sync } from '../sync/sync.ts';
import type { UnreadStore } from '../unread/unread-store.ts';
import { byPlace } from './summary.ts';

/** One's conversations, as shown. */
export interface ConversationListSnapshot {
  readonly status: 'loading' | 'ready';
  /** Pinned ones first, by when they were pinned, then by latest activity, as far as they are loaded; none that is archived or hidden. */
  readonly conversations: readonly Conversation[];
  /** Those that are archived, by latest activity, as far as they are loaded. */
  readonly archived: readonly Conversation[];
  /** Messages unread in all conversations, loaded or not, that are neither muted, archived nor hidden. */
  readonly unread: number;
  /** Whether `loadMore` brings more. */
  readonly hasMore: boolean;
  /** Whether this is what was kept when the app was last open, and nothing has been heard from the server since. */
  readonly cached: boolean;
}

export const loadingConversations: ConversationListSnapshot = {
  status: 'loading',
  conversations: [],
  archived: [],
  unread: 0,
  hasMore: false,
  cached: false,
};

/** The signed-in person's conversations, live while somebody is subscribed. */
export class ConversationList extends DerivedStore<ConversationListSnapshot> {
  readonly #sync: Sync;
  readonly #unread: UnreadStore;

  constructor(sync: Sync, unread: UnreadStore) {
    super(loadingConversations, [sync, unread]);
    this.#sync = sync;
    this.#unread = unread;
  }

  /**
   * Loads the next page of conversations; does nothing when there is none.
   * @throws ParleyError
   */
  readonly loadMore = (): Promise<void> => this.#sync.loadMore();

  protected override derive(before: ConversationListSnapshot): ConversationListSnapshot {
    const { entries, cached } = this.#sync.getSnapshot();
    const all = [...(entries?.values() ?? [])].flatMap((entry) => entry.conversation ?? []).sort(byPlace);
    const shown = all.filter(
      ({ settings, read }) => settings?.archived !== true && !isHidden(settings, read),
    );
    const archived = all.filter(({ settings }) => settings?.archived === true);
    return sameProperties(before, {
      status: this.#sync.listed && entries !== null ? 'ready' : 'loading',
      conversations: sameItems(before.conversations, shown),
      archived: sameItems(before.archived, archived),
      unread: this.#unread.getSnapshot().messages,
      hasMore: this.#sync.hasMore,
      cached,
    });
  }
}
