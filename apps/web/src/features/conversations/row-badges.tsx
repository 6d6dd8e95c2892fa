import type { Conversation } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { AtSign } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Badge } from '../../ui/badge.tsx';

/** So many are shown as a number. */
const MOST = 999;

/** What of a conversation is unread, and whether something of it mentions one. What is open is being read. */
export function RowBadges(props: { conversation: Conversation; open: boolean; muted: boolean }) {
  const { conversation, open, muted } = props;
  const { t, formats } = useSpeech();
  const mentions = useMentions(conversation.id);
  const { unread } = conversation;
  if (open) return null;
  return (
    <>
      {mentions > 0 && (
        <Badge tone="accent" testId="mentions">
          <AtSign size={12} strokeWidth={2.6} aria-hidden />
          <span className="sr-only">{t('chats.mentions', { count: mentions })}</span>
        </Badge>
      )}
      {unread > 0 && (
        <Badge tone={muted ? 'muted' : 'accent'} testId="unread">
          {unread > MOST ? `${formats.number(MOST)}+` : formats.number(unread)}
          <span className="sr-only">{` ${t('chats.unread.word')}`}</span>
        </Badge>
      )}
    </>
  );
}

/** How many unread messages of a conversation mention the viewer. */
function useMentions(conversationId: string): number {
  const numbers = useClient().mentions.unread;
  return useSyncExternalStore(
    numbers.subscribe,
    () => numbers.getSnapshot().conversations.get(conversationId)?.count ?? 0,
  );
}
