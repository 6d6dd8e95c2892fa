import { type Conversation, may, type Message } from '@parley/contract';
import { useClient, useConversation, useMessages, useSession } from '@parley/sdk/react';
import { type ReactNode, useCallback, useDeferredValue } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { useFetchAhead } from '../../use-fetch-ahead.ts';
import { titleOf } from '../conversations/title.ts';
import { Composer } from './composer.tsx';
import { ConversationHeader } from './conversation-header.tsx';
import { fetchMessageDialogs } from './message-dialogs.tsx';
import { fetchPanes, OpenPane } from './panes.tsx';
import { Slot } from './slot.tsx';
import { belowHeader } from './slots.tsx';
import { Timeline } from './timeline.tsx';
import { TypingLine } from './typing-line.tsx';
import { useMessageHost } from './use-message-host.tsx';
import { usePane } from './use-pane.ts';

const ahead = [...fetchMessageDialogs, ...fetchPanes];

/** One conversation: who it is with, its messages, where to write, and what is open beside it. */
export function ConversationView({ conversationId, gone }: { conversationId: string; gone: ReactNode }) {
  const { t } = useSpeech();
  const list = useMessages(conversationId);
  // The first screen of messages is rendered a bit at a time, so that what one does meanwhile is not held up.
  const filled = list.messages.length > 0;
  const begun = useDeferredValue(filled);
  const { conversation } = useConversation(conversationId);
  const viewerId = useSession()?.user.id ?? '';
  const openThread = useOpenThread();
  const { host, editing, element } = useMessageHost(conversationId, {
    openThread,
    mayPin: mayPin(conversation),
    group: conversation?.kind === 'group',
  });
  useFetchAhead(ahead);

  const client = useClient();
  // The same one for every message that comes: what one writes in is not rendered for those.
  const editLast = useCallback(() => {
    const { messages } = client.messages.open(conversationId).getSnapshot();
    const last = messages.findLast((message) => message.senderId === viewerId && isEditable(message));
    if (last !== undefined) host.edit(last.id);
  }, [client, conversationId, viewerId, host]);

  if (list.status === 'gone') return gone;
  return (
    <div className="relative flex min-h-0 min-w-0">
      <section
        className="grid min-w-0 flex-1 grid-cols-1 grid-rows-[auto_minmax(0,1fr)_auto_auto]"
        aria-label={conversation === null ? t('conversation.label') : titleOf(conversation, t)}
      >
        <div className="min-w-0">
          <ConversationHeader conversation={conversation} />
          {conversation !== null && <Slot of={belowHeader} with={{ conversation }} />}
        </div>
        <Timeline
          conversationId={conversationId}
          conversation={conversation}
          list={filled && !begun ? { ...list, status: 'loading', messages: [] } : list}
          editing={editing}
          host={host}
        />
        <TypingLine conversationId={conversationId} />
        <Composer
          conversationId={conversationId}
          title={conversation === null ? null : titleOf(conversation, t)}
          onEditLast={editLast}
        />
      </section>
      {conversation !== null && <OpenPane conversation={conversation} />}
      {element}
    </div>
  );
}

/** In a group, those who run it may. */
function mayPin(conversation: Conversation | null): boolean {
  return conversation !== null && (conversation.kind === 'direct' || may(conversation.role, 'pin'));
}

function useOpenThread(): (messageId: string) => void {
  const { open } = usePane();
  return useCallback((thread) => open({ pane: 'thread', thread }), [open]);
}

function isEditable(message: Message): boolean {
  return message.messageType === 'text' && message.deletedAt === null;
}
