import { useConversations } from '@parley/sdk/react';
import { useEffect, useState } from 'react';
import { PlusIcon } from '../../icons.tsx';
import { Account } from '../auth/account.tsx';
import { ConversationList } from './conversation-list.tsx';
import { NewConversation } from './new-conversation.tsx';
import './sidebar.css';

export function Sidebar({ openId }: { openId: string | null }) {
  const list = useConversations();
  const [starting, setStarting] = useState(false);
  useEffect(() => {
    document.title = list.unread > 0 ? `(${list.unread}) Parley` : 'Parley';
  }, [list.unread]);
  return (
    <aside className="sidebar">
      <header className="sidebar-header">
        <h1>Chats</h1>
        <button
          type="button"
          className="icon-button"
          aria-label="New conversation"
          title="New conversation"
          onClick={() => setStarting(true)}
        >
          <PlusIcon />
        </button>
      </header>
      <ConversationList list={list} openId={openId} onStart={() => setStarting(true)} />
      <Account />
      {starting && <NewConversation onClose={() => setStarting(false)} />}
    </aside>
  );
}
