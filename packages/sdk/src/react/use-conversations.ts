import type { ConversationListSnapshot } from '../conversations/conversation-list.ts';
import { useClient } from './provider.ts';
import { useStore } from './use-store.ts';

/** One's conversations, live, by latest activity. */
export function useConversations(): ConversationListSnapshot {
  return useStore(useClient().conversations.list);
}
