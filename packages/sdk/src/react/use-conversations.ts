import {
  type ConversationList,
  type ConversationListSnapshot,
  loadingConversations,
} from '../conversations/conversation-list.ts';
import { useClient } from './provider.ts';
import { useStore, useWith } from './use-store.ts';

/** One's conversations, as shown, with what loads more of them. */
export type UsedConversations = ConversationListSnapshot & Pick<ConversationList, 'loadMore'>;

/**
 * One's conversations, live, by latest activity. It changes with every message: give the rows of a list the id alone, and have
 * each read its conversation with `useConversation`.
 */
export function useConversations(): UsedConversations {
  const { list } = useClient().conversations;
  return useWith(useStore(list, loadingConversations), list, more);
}

const more = ({ loadMore }: ConversationList) => ({ loadMore });
