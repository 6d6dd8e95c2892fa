import type { Message } from '@parley/contract';
import { useMessages, useSession } from '@parley/sdk/react';
import { useState } from 'react';
import { hrefOf } from '../../route.ts';
import { ConversationHeader } from '../conversations/conversation-header.tsx';
import { titleOf } from '../conversations/title.ts';
import { useConversation } from '../conversations/use-conversation.ts';
import { Composer } from './composer.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { Timeline } from './timeline.tsx';
import './conversation-view.css';

/** One conversation: who it is with, its messages, and where to write. */
export function ConversationView({ conversationId }: { conversationId: string }) {
  const list = useMessages(conversationId);
  const conversation = useConversation(conversationId);
  const viewerId = useSession()?.user.id ?? '';
  const [editing, setEditing] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<Message | null>(null);

  if (list.status === 'gone') return <Gone />;
  const editLast = () => {
    const last = list.messages.findLast((message) => message.senderId === viewerId && isEditable(message));
    if (last !== undefined) setEditing(last.id);
  };
  return (
    <section
      className="conversation"
      aria-label={conversation === undefined ? 'Conversation' : titleOf(conversation)}
    >
      <ConversationHeader conversation={conversation} />
      <Timeline
        conversationId={conversationId}
        conversation={conversation}
        list={list}
        editing={editing}
        onEdit={setEditing}
        onDelete={setDeleting}
      />
      <Composer
        conversationId={conversationId}
        title={conversation === undefined ? null : titleOf(conversation)}
        onEditLast={editLast}
      />
      {deleting !== null && <DeleteDialog message={deleting} onClose={() => setDeleting(null)} />}
    </section>
  );
}

function isEditable(message: Message): boolean {
  return message.messageType === 'text' && message.deletedAt === null;
}

function Gone() {
  return (
    <div className="conversation-gone">
      <p>You are not in this conversation, or it does not exist.</p>
      <a className="button" href={hrefOf(null)}>
        Back to your chats
      </a>
    </div>
  );
}
