import type { Conversation, Message } from '@parley/contract';
import type { MessageListSnapshot } from '@parley/sdk';
import { useClient, useSession } from '@parley/sdk/react';
import { useMemo, useState } from 'react';
import { DownIcon } from '../../icons.tsx';
import { usePeople } from '../users/use-people.ts';
import { layOut } from './items.ts';
import { peopleIn } from './notice-text.ts';
import { TimelineItem } from './timeline-item.tsx';
import { useMarkRead } from './use-mark-read.ts';
import { useTimelineScroll } from './use-timeline-scroll.ts';
import './timeline.css';

export function Timeline(props: {
  conversationId: string;
  conversation: Conversation | undefined;
  list: MessageListSnapshot;
  editing: string | null;
  onEdit: (messageId: string | null) => void;
  onDelete: (message: Message) => void;
}) {
  const { conversationId, conversation, list, editing, onEdit, onDelete } = props;
  const { messages, outgoing, hasOlder, loadingOlder } = list;
  const client = useClient();
  const viewerId = useSession()?.user.id ?? '';
  const unreadAfter = useUnreadLine(conversation);
  const people = usePeople(messages.flatMap(peopleIn));
  const items = useMemo(
    () => layOut({ messages, outgoing, viewerId, unreadAfter }),
    [messages, outgoing, viewerId, unreadAfter],
  );
  const { boxRef, rowsRef, atEnd, visiblePosition, onScroll, toEnd } = useTimelineScroll({
    firstId: messages[0]?.id,
    lastOutgoingId: outgoing.at(-1)?.id,
    hasOlder: hasOlder && !loadingOlder,
    // What fails is tried again by the next scroll.
    loadOlder: () =>
      void client.messages
        .open(conversationId)
        .loadOlder()
        .catch(() => {}),
  });
  useMarkRead(conversationId, conversation?.read.readPosition, visiblePosition);
  const group = conversation?.kind === 'group';
  const mayDeleteAll = group && conversation.role !== 'member';
  return (
    <div className="timeline-frame">
      <div
        className="timeline"
        ref={boxRef}
        onScroll={onScroll}
        role="log"
        aria-label="Messages"
        aria-live="polite"
        aria-busy={list.status === 'loading' || loadingOlder}
        // The keyboard scrolls what can be focused.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        data-testid="timeline"
      >
        <div className="timeline-rows" ref={rowsRef}>
          {(hasOlder || list.status === 'loading') && <div className="timeline-more" aria-hidden />}
          {list.status === 'ready' && items.length === 0 && <p className="timeline-empty">Say hello.</p>}
          {items.map((item) => (
            <TimelineItem
              key={item.key}
              item={item}
              people={people}
              viewerId={viewerId}
              group={group}
              mayDeleteAll={mayDeleteAll}
              editing={editing === item.key}
              onEdit={onEdit}
              onDelete={onDelete}
            />
          ))}
        </div>
      </div>
      {!atEnd && (
        <button type="button" className="timeline-down" onClick={toEnd} aria-label="To the latest messages">
          <DownIcon />
          {conversation !== undefined && conversation.unread > 0 && (
            <span className="timeline-down-count">{conversation.unread}</span>
          )}
        </button>
      )}
    </div>
  );
}

/** Where the line above new messages stands: fixed when the conversation is opened, null when nothing was new. */
function useUnreadLine(conversation: Conversation | undefined): number | null {
  const [line, setLine] = useState<number | null | undefined>(undefined);
  if (line !== undefined || conversation === undefined) return line ?? null;
  const found = conversation.unread > 0 ? conversation.read.readPosition : null;
  setLine(found);
  return found;
}
