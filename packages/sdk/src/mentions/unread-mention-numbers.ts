import { countMentions } from '@parley/contract';
import type { BlockList } from '../blocks/block-list.ts';
import { DerivedStore, sameProperties } from '../derived-store.ts';
import type { Sync } from '../sync/sync.ts';

/** How many unread messages mention oneself. */
export interface UnreadMentionSnapshot {
  /** `loading` until the conversations and whom one has blocked are known; the numbers are then those of what is. */
  readonly status: 'loading' | 'ready';
  readonly total: number;
  /** Whether there are more than are counted, which is up to `limits.unreadMentions` in each conversation. */
  readonly more: boolean;
  /** Of the conversations with any, by id. */
  readonly conversations: ReadonlyMap<string, { readonly count: number; readonly more: boolean }>;
}

export const loadingMentions: UnreadMentionSnapshot = {
  status: 'loading',
  total: 0,
  more: false,
  conversations: new Map(),
};

/** The unread mentions of all conversations, without those by people one has blocked: neither of the two lists changes the other. */
export class UnreadMentionNumbers extends DerivedStore<UnreadMentionSnapshot> {
  readonly #sync: Sync;
  readonly #blocks: BlockList;

  constructor(sync: Sync, blocks: BlockList) {
    super(loadingMentions, [sync, blocks]);
    this.#sync = sync;
    this.#blocks = blocks;
  }

  protected override derive(before: UnreadMentionSnapshot): UnreadMentionSnapshot {
    const { entries } = this.#sync.getSnapshot();
    const { status, userIds } = this.#blocks.getSnapshot();
    const conversations = new Map<string, { count: number; more: boolean }>();
    for (const [id, { mentions }] of entries ?? []) {
      if (mentions === undefined) continue;
      const count = countMentions(mentions, userIds);
      if (count > 0 || mentions.more) conversations.set(id, { count, more: mentions.more });
    }
    const counts = [...conversations.values()];
    return sameProperties(before, {
      status: entries !== null && status === 'ready' ? 'ready' : 'loading',
      total: counts.reduce((sum, { count }) => sum + count, 0),
      more: counts.some(({ more }) => more),
      conversations: sameNumbers(before.conversations, conversations),
    });
  }
}

/** `before` when it holds the same. */
function sameNumbers(
  before: UnreadMentionSnapshot['conversations'],
  after: UnreadMentionSnapshot['conversations'],
): UnreadMentionSnapshot['conversations'] {
  const same = [...after].every(([id, { count, more }]) => {
    const known = before.get(id);
    return known?.count === count && known.more === more;
  });
  return same && before.size === after.size ? before : after;
}
