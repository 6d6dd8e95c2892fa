import type { Message } from '@parley/contract';
import { useMessages, useSession } from '@parley/sdk/react';
import { type ReactNode, useMemo, useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { fetched } from '../../ui/fetched.tsx';
import { useFetchAhead } from '../../use-fetch-ahead.ts';
import { titleOf } from '../conversations/title.ts';
import { useConversation } from '../conversations/use-conversation.ts';
import { Composer } from './composer.tsx';
import { ConversationHeader } from './conversation-header.tsx';
import type { MessageHost } from './message-subject.ts';
import { fetchPanes, OpenPane } from './panes.tsx';
import { Timeline } from './timeline.tsx';
import { TypingLine } from './typing-line.tsx';

const DeleteDialog = fetched(() => import('./delete-dialog.tsx'));
const ahead = [DeleteDialog.fetch, ...fetchPanes];

/** One conversation: who it is with, its messages, where to write, and what is open beside it. */
export function ConversationView({ conversationId, gone }: { conversationId: string; gone: ReactNode }) {
  const { t } = useSpeech();
  const list = useMessages(conversationId);
  const conversation = useConversation(conversationId);
  const viewerId = useSession()?.user.id ?? '';
  const [editing, setEditing] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<Message | null>(null);
  useFetchAhead(ahead);
  const host = useMemo<MessageHost>(() => ({ edit: setEditing, remove: setDeleting }), []);

  if (list.status === 'gone') return gone;
  const editLast = () => {
    const last = list.messages.findLast((message) => message.senderId === viewerId && isEditable(message));
    if (last !== undefined) setEditing(last.id);
  };
  return (
    <div className="relative flex min-h-0 min-w-0">
      <section
        className="grid min-w-0 flex-1 grid-cols-1 grid-rows-[auto_minmax(0,1fr)_auto_auto]"
        aria-label={conversation === undefined ? t('conversation.label') : titleOf(conversation, t)}
      >
        <ConversationHeader conversation={conversation} />
        <Timeline
          conversationId={conversationId}
          conversation={conversation}
          list={list}
          editing={editing}
          host={host}
        />
        <TypingLine conversationId={conversationId} />
        <Composer
          conversationId={conversationId}
          title={conversation === undefined ? null : titleOf(conversation, t)}
          onEditLast={editLast}
        />
      </section>
      {conversation !== undefined && <OpenPane conversation={conversation} />}
      {deleting !== null && <DeleteDialog message={deleting} onClose={() => setDeleting(null)} />}
    </div>
  );
}

function isEditable(message: Message): boolean {
  return message.messageType === 'text' && message.deletedAt === null;
}
