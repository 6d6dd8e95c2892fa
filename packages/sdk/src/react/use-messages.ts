import type { MessageListSnapshot } from '../messages/message-list.ts';
import { useClient } from './provider.ts';
import { useStore } from './use-store.ts';

/** A conversation's messages, live; `client.messages.open(conversationId)` is the list behind it. */
export function useMessages(conversationId: string): MessageListSnapshot {
  return useStore(useClient().messages.open(conversationId));
}
