import type { MemberListSnapshot } from '../members/member-list.ts';
import { useClient } from './provider.ts';
import { useStore } from './use-store.ts';

/** A conversation's members, live; `client.members.open(conversationId)` is the list behind it. */
export function useMembers(conversationId: string): MemberListSnapshot {
  return useStore(useClient().members.open(conversationId));
}
