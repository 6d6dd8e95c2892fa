import type { MessagePage } from '@parley/contract';
import { useMemo } from 'react';
import { loadingMessages, type MessageList, type MessageListSnapshot } from '../messages/message-list.ts';
import { firstPage } from './first-page.ts';
import { useClient } from './provider.ts';
import { useOpened, useWith } from './use-store.ts';

/** What can be told of a list of messages. */
export interface MessagesOptions {
  /**
   * A page read before, on the server for one, as `client.messages.list` gives it: shown until the list itself has come, also
   * by what is rendered on the server. Pass the same object while it is the same page.
   */
  readonly initial?: MessagePage | null;
}

/** A conversation's messages, as shown, with what moves through them. */
export type UsedMessages = MessageListSnapshot &
  Pick<MessageList, 'loadOlder' | 'loadNewer' | 'jumpTo' | 'jumpToLatest'>;

/**
 * A conversation's messages, live: pages both ways, and one's own on their way as `outgoing`. A message is the same object until
 * it changes, so that its row can be a `memo`. Null is none.
 */
export function useMessages(
  conversationId: string | null,
  { initial = null }: MessagesOptions = {},
): UsedMessages {
  const { messages } = useClient();
  const before = useMemo(() => (initial === null ? loadingMessages : firstPage(initial)), [initial]);
  const list = useOpened(messages, conversationId, before);
  const waits = initial !== null && list.status === 'loading';
  const shown = useMemo(() => (waits ? { ...before, outgoing: list.outgoing } : list), [waits, before, list]);
  return useWith(shown, messages.open(conversationId ?? ''), moves);
}

const moves = ({ loadOlder, loadNewer, jumpTo, jumpToLatest }: MessageList) => ({
  ...{ loadOlder, loadNewer, jumpTo, jumpToLatest },
});
