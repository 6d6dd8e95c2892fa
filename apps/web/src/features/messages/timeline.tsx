import type { Conversation } from '@parley/contract';
import type { MessageListSnapshot } from '@parley/sdk';
import { useBlocks, useClient, useSession } from '@parley/sdk/react';
import { useMemo, useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { moveFocus } from '../../ui/move-focus.ts';
import { usePeople } from '../users/use-people.ts';
import { layOut } from './items.ts';
import type { MessageHost } from './message-subject.ts';
import { peopleIn } from './notice-text.ts';
import { TimelineItem } from './timeline-item.tsx';
import { MoreAbove, NothingSaid, ToLatest } from './timeline-parts.tsx';
import { useAnnouncements } from './use-announcements.ts';
import { useMarkRead } from './use-mark-read.ts';
import { useMessageMenu } from './use-message-menu.tsx';
import { useTimelineScroll } from './use-timeline-scroll.ts';

export function Timeline(props: {
  conversationId: string;
  conversation: Conversation | undefined;
  list: MessageListSnapshot;
  editing: string | null;
  host: MessageHost;
}) {
  const { conversationId, conversation, list, editing, host } = props;
  const { messages, outgoing, hasOlder, loadingOlder } = list;
  const client = useClient();
  const { t } = useSpeech();
  const viewerId = useSession()?.user.id ?? '';
  const blocked = useBlocks().userIds;
  const unreadAfter = useUnreadLine(conversation);
  const people = usePeople(messages.flatMap(peopleIn));
  useAnnouncements(list, people, blocked);
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
  const subjectOf = (messageId: string) => {
    const message = messages.find(({ id }) => id === messageId);
    if (message === undefined || message.deletedAt !== null || message.messageType !== 'text')
      return undefined;
    return { message, mine: message.senderId === viewerId, mayDeleteAll, host, t };
  };
  const menu = useMessageMenu(subjectOf);
  return (
    <div className="relative min-h-0 min-w-0">
      {/* Arrow keys move through the messages in it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className="h-full overflow-y-auto overscroll-contain [overflow-anchor:none] focus-visible:-outline-offset-2"
        ref={boxRef}
        onScroll={onScroll}
        onContextMenu={menu.onContextMenu}
        onKeyDown={(event) => moveFocus(event, '[data-testid=message]')}
        role="log"
        aria-label={t('messages.label')}
        // Older ones come in, too: what is new is announced by itself.
        aria-live="off"
        aria-busy={list.status === 'loading' || loadingOlder}
        // The keyboard scrolls what can be focused.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        data-testid="timeline"
      >
        <div
          className="mx-auto flex min-h-full w-full max-w-[860px] flex-col justify-end px-5 pt-3 pb-2 max-md:px-3"
          ref={rowsRef}
        >
          {(hasOlder || list.status === 'loading') && <MoreAbove />}
          {list.status === 'ready' && items.length === 0 && <NothingSaid />}
          {items.map((item) => (
            <TimelineItem
              key={item.key}
              item={item}
              people={people}
              viewerId={viewerId}
              group={group}
              mayDeleteAll={mayDeleteAll}
              blocked={item.kind === 'message' && blocked.has(item.senderId)}
              editing={editing === item.key}
              host={host}
            />
          ))}
        </div>
      </div>
      {menu.element}
      {!atEnd && <ToLatest unread={conversation?.unread ?? 0} onClick={toEnd} />}
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
