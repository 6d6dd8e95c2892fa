import type { Conversation } from '@parley/contract';
import { useClient, useConversations } from '@parley/sdk/react';
import { useEffect } from 'react';

/** One of the viewer's conversations, live; fetched when the list has not come as far. Undefined until it is known. */
export function useConversation(conversationId: string): Conversation | undefined {
  const client = useClient();
  const { status, conversations, cached } = useConversations();
  const conversation = conversations.find(({ id }) => id === conversationId);
  const missing = status === 'ready' && !cached && conversation === undefined;
  useEffect(() => {
    // Whether one is in it at all is for the message list to say.
    if (missing) client.conversations.get({ conversationId }).catch(() => {});
  }, [client, missing, conversationId]);
  return conversation;
}
