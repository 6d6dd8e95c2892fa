import type { ConversationListSnapshot } from '@parley/sdk';
import { useClient } from '@parley/sdk/react';
import { usePeople } from '../users/use-people.ts';
import { peopleIn } from '../messages/notice-text.ts';
import { ConversationRow } from './conversation-row.tsx';
import './conversation-list.css';

const NEAR_END_PX = 400;

export function ConversationList(props: {
  list: ConversationListSnapshot;
  openId: string | null;
  onStart: () => void;
}) {
  const { list, openId, onStart } = props;
  const client = useClient();
  const people = usePeople(
    list.conversations.flatMap(({ kind, lastMessage }) =>
      lastMessage === null || kind === 'direct' ? [] : peopleIn(lastMessage),
    ),
  );
  const loadMore = (box: HTMLElement) => {
    const left = box.scrollHeight - box.scrollTop - box.clientHeight;
    // What fails is tried again by the next scroll.
    if (list.hasMore && left < NEAR_END_PX) client.conversations.list.loadMore().catch(() => {});
  };
  if (list.status === 'loading') return <Skeleton />;
  if (list.conversations.length === 0) return <Empty onStart={onStart} />;
  return (
    <nav
      className="conversations"
      aria-label="Conversations"
      onScroll={(event) => loadMore(event.currentTarget)}
    >
      <ul>
        {list.conversations.map((conversation) => (
          <ConversationRow
            key={conversation.id}
            conversation={conversation}
            open={conversation.id === openId}
            people={people}
          />
        ))}
      </ul>
    </nav>
  );
}

function Empty({ onStart }: { onStart: () => void }) {
  return (
    <div className="conversations-empty">
      <p>No conversations yet.</p>
      <button type="button" className="button" data-kind="primary" onClick={onStart}>
        Start one
      </button>
    </div>
  );
}

function Skeleton() {
  return (
    <div className="conversations" aria-busy="true" aria-label="Conversations are loading">
      {[70, 55, 82, 48, 64].map((width) => (
        <div key={width} className="conversation-skeleton" style={{ '--width': `${width}%` }} />
      ))}
    </div>
  );
}
