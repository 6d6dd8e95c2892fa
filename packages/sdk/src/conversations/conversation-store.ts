import { type Conversation, type ConversationSettings, countMentions } from '@parley/contract';
import type { BlockList } from '../blocks/block-list.ts';
import { DerivedStore, sameProperties } from '../derived-store.ts';
import type { Sync } from '../sync/sync.ts';

/** One of one's conversations, as shown. */
export interface ConversationSnapshot {
  /** `gone`: one is not, or no longer, a member. */
  readonly status: 'loading' | 'ready' | 'gone';
  /** Null while it is loading, and when it is gone. */
  readonly conversation: Conversation | null;
  /** What one has set for it; null while all of it is as at first. */
  readonly settings: ConversationSettings | null;
  /** How many of its unread messages mention oneself, without those by people one has blocked. */
  readonly mentions: number;
}

export const loadingConversation: ConversationSnapshot = {
  status: 'loading',
  conversation: null,
  settings: null,
  mentions: 0,
};

/** One conversation, archived and hidden ones as well. Live while somebody is subscribed. */
export class ConversationStore extends DerivedStore<ConversationSnapshot> {
  readonly conversationId: string;
  readonly #sync: Sync;
  readonly #blocks: BlockList;
  #unfollow: (() => void) | undefined;

  constructor(sync: Sync, blocks: BlockList, conversationId: string) {
    super(loadingConversation, [sync, blocks]);
    this.conversationId = conversationId;
    this.#sync = sync;
    this.#blocks = blocks;
  }

  protected override onFirst(): void {
    this.#unfollow = this.#sync.subscribe(() => this.#want());
    this.#want();
  }

  protected override onLast(): void {
    this.#unfollow?.();
  }

  protected override derive(before: ConversationSnapshot): ConversationSnapshot {
    const { entries, cached } = this.#sync.getSnapshot();
    const entry = entries?.get(this.conversationId);
    const conversation = entry?.conversation ?? null;
    // What is not in the cache may well be there.
    const gone = entries !== null && !cached && (entry === undefined || entry.held === 'refused');
    return sameProperties(before, {
      status: gone ? 'gone' : conversation === null ? 'loading' : 'ready',
      conversation: gone ? null : conversation,
      settings: gone ? null : (entry?.settings ?? null),
      mentions: gone ? 0 : countMentions(entry?.mentions, this.#blocks.getSnapshot().userIds),
    });
  }

  /** Asks for what the list has not come as far as. */
  #want(): void {
    const { entries, cached } = this.#sync.getSnapshot();
    const entry = entries?.get(this.conversationId);
    if (entry?.conversation !== null || entry.wanted || entry.held !== null || cached) return;
    this.#sync.step({ type: 'look', conversationId: this.conversationId });
  }
}
