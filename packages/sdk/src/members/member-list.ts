import { DerivedStore, sameItems, sameProperties } from '../derived-store.ts';
import type { Sync } from '../sync/sync.ts';
import { isLoaded, type ListedMember, shownMembers } from './roster.ts';

/** Who is in a conversation, as shown. */
export interface MemberListSnapshot {
  /** `gone`: one is not, or no longer, a member. */
  readonly status: 'loading' | 'ready' | 'gone';
  /** By user id, as far as they are loaded; `memberCount` of the conversation says how many there are. */
  readonly members: readonly ListedMember[];
  /** Whether `loadMore` brings more. */
  readonly hasMore: boolean;
}

export const loadingMembers: MemberListSnapshot = { status: 'loading', members: [], hasMore: false };

/** The members of one conversation. Live while somebody is subscribed; keeps what it holds in between. */
export class MemberList extends DerivedStore<MemberListSnapshot> {
  readonly conversationId: string;
  readonly #sync: Sync;

  constructor(sync: Sync, conversationId: string) {
    super(loadingMembers, [sync]);
    this.#sync = sync;
    this.conversationId = conversationId;
  }

  /**
   * Loads the next hundred; does nothing when there are none.
   * @throws ParleyError
   */
  readonly loadMore = (): Promise<void> =>
    this.#sync.ask({ type: 'more-members', conversationId: this.conversationId });

  protected override onFirst(): void {
    this.#sync.step({ type: 'open-members', conversationId: this.conversationId });
  }

  protected override derive(before: MemberListSnapshot): MemberListSnapshot {
    const { entries, cached } = this.#sync.getSnapshot();
    const entry = entries?.get(this.conversationId);
    const roster = entry?.roster ?? null;
    const gone = entries !== null && !cached && (entry === undefined || entry.held === 'refused');
    const ready = isLoaded(roster);
    return sameProperties(before, {
      status: gone ? 'gone' : ready ? 'ready' : 'loading',
      members: sameItems(before.members, roster === null || !ready ? [] : shownMembers(roster)),
      hasMore: ready && roster !== null && roster.upTo !== null,
    });
  }
}
