import { useMemo } from 'react';
import { loadingMentions } from '../mentions/unread-mention-numbers.ts';
import { nothingUnread } from '../unread/unread-store.ts';
import { useClient } from './provider.ts';
import { useStore } from './use-store.ts';

/** What is unread in all conversations. */
export interface UsedUnread {
  /** Messages, of the conversations that are neither muted, archived nor hidden. */
  readonly total: number;
  /** How many such conversations have any. */
  readonly conversations: number;
  /** Messages that mention oneself, in any conversation. */
  readonly mentions: number;
}

/** What is unread in all conversations, loaded or not, live; `useConversation` has the numbers of one. */
export function useUnread(): UsedUnread {
  const client = useClient();
  const { messages, conversations } = useStore(client.unread, nothingUnread);
  const { total: mentions } = useStore(client.mentions.unread, loadingMentions);
  return useMemo(() => ({ total: messages, conversations, mentions }), [messages, conversations, mentions]);
}
