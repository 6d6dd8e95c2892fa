import type { FollowedThread } from '@parley/contract';
import { DerivedStore, sameProperties } from '../derived-store.ts';
import type { Store } from '../store.ts';
import type { Sync } from '../sync/sync.ts';
import { followedOf, type Follows } from './follows.ts';

/** The threads one follows, as shown. */
export interface FollowedListSnapshot {
  readonly status: 'loading' | 'ready';
  /** Those with replies, by latest reply, as far as they are loaded. */
  readonly threads: readonly FollowedThread[];
  /** Replies unread in the threads that are loaded. */
  readonly unread: number;
  /** Whether `loadMore` brings more. */
  readonly hasMore: boolean;
}

export const loadingFollowed: FollowedListSnapshot = {
  status: 'loading',
  threads: [],
  unread: 0,
  hasMore: false,
};

/** Where the list gets its pages. */
export interface FollowedPages {
  /** Somebody looks at the list. */
  want(): void;
  /** @throws ParleyError */
  more(): Promise<void>;
}

/** The threads the signed-in person follows, live while somebody is subscribed. */
export class FollowedList extends DerivedStore<FollowedListSnapshot> {
  readonly #follows: Store<Follows>;
  readonly #pages: FollowedPages;

  constructor(sync: Sync, follows: Store<Follows>, pages: FollowedPages) {
    super(loadingFollowed, [follows], [sync]);
    this.#follows = follows;
    this.#pages = pages;
  }

  /**
   * Loads the next page of threads; does nothing when there is none.
   * @throws ParleyError
   */
  readonly loadMore = (): Promise<void> => this.#pages.more();

  protected override onFirst(): void {
    this.#pages.want();
  }

  protected override derive(before: FollowedListSnapshot): FollowedListSnapshot {
    const follows = this.#follows.getSnapshot();
    const threads = followedOf(follows);
    const same =
      threads.length === before.threads.length &&
      threads.every((thread, n) => {
        const known = before.threads[n];
        return known?.root === thread.root && known.latest === thread.latest && known.state === thread.state;
      });
    return sameProperties(before, {
      status: follows.loaded ? 'ready' : 'loading',
      threads: same ? before.threads : threads,
      unread: threads.reduce((sum, { state }) => sum + state.unread, 0),
      hasMore: follows.cursor !== null,
    });
  }
}
