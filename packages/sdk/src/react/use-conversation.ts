import { type ConversationSnapshot, loadingConversation } from '../conversations/conversation-store.ts';
import { useClient } from './provider.ts';
import { useOpened } from './use-store.ts';

/**
 * One of one's conversations, live: it changes with this conversation and no other. Fetched when the list has not come as far.
 * Null is none.
 */
export function useConversation(conversationId: string | null): ConversationSnapshot {
  return useOpened(useClient().conversations, conversationId, loadingConversation);
}
