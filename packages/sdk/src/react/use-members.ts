import { loadingMembers, type MemberList, type MemberListSnapshot } from '../members/member-list.ts';
import { useClient } from './provider.ts';
import { useOpened, useWith } from './use-store.ts';

/** A conversation's members, as shown, with what loads more of them. */
export type UsedMembers = MemberListSnapshot & Pick<MemberList, 'loadMore'>;

/** A conversation's members, live. Null is none. */
export function useMembers(conversationId: string | null): UsedMembers {
  const { members } = useClient();
  const list = useOpened(members, conversationId, loadingMembers);
  return useWith(list, members.open(conversationId ?? ''), more);
}

const more = ({ loadMore }: MemberList) => ({ loadMore });
