import { type FollowedList, type FollowedListSnapshot, loadingFollowed } from '../threads/followed-list.ts';
import { useClient } from './provider.ts';
import { useStore, useWith } from './use-store.ts';

/** The threads one follows, as shown, with what loads more of them. */
export type UsedFollowedThreads = FollowedListSnapshot & Pick<FollowedList, 'loadMore'>;

/** The threads one follows, live, with unread numbers. */
export function useFollowedThreads(): UsedFollowedThreads {
  const { followed } = useClient().threads;
  return useWith(useStore(followed, loadingFollowed), followed, more);
}

const more = ({ loadMore }: FollowedList) => ({ loadMore });
