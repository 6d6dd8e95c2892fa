import type { Conversation } from '@parley/contract';
import type { MessageListSnapshot } from '@parley/sdk';
import { useBlocks, useClient, useSession } from '@parley/sdk/react';
import { useEffect, useMemo, useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { cx } from '../../ui/cx.ts';
import { usePeople } from '../users/use-people.ts';
import { layOut, timeOf } from './items.ts';
import type { MessageHost } from './message-subject.ts';
import { peopleIn } from './notice-text.ts';
import { TimelineItem } from './timeline-item.tsx';
import { DayOnTop, More, NothingSaid, ToLatest } from './timeline-parts.tsx';
import { useAnnouncements } from './use-announcements.ts';
import { useJumpTarget } from './use-jump-target.ts';
import { useMarkRead } from './use-mark-read.ts';
import { useMessageMenu } from './use-message-menu.tsx';
import { usePaging } from './use-paging.ts';
import { useRowFocus } from './use-row-focus.ts';
import { useTimelineScroll } from './use-timeline-scroll.ts';

/** So many messages are held on each side of what is looked at, and let go of once there are twice as many. */
const KEPT = 150;

export function Timeline(props: {
  conversationId: string;
  conversation: Conversation | null;
  list: MessageListSnapshot;
  editing: string | null;
  host: MessageHost;
}) {
  const { conversationId, conversation, list, editing, host } = props;
  const { messages, outgoing, hasNewer } = list;
  const client = useClient();
  const { t } = useSpeech();
  const viewerId = useSession()?.user.id ?? '';
  const blocked = useBlocks().userIds;
  const unreadAfter = useUnreadLine(conversation);
  const named = useMemo(() => messages.flatMap(peopleIn), [messages]);
  const people = usePeople(named);
  useAnnouncements(list, people, blocked);
  const items = useMemo(
    () => layOut({ messages, outgoing, viewerId, unreadAfter, hasOlder: list.hasOlder }),
    [messages, outgoing, viewerId, unreadAfter, list.hasOlder],
  );
  const beyond =
    unreadAfter !== null && list.hasOlder && (messages[0]?.position ?? 0) > unreadAfter + 1
      ? unreadAfter + 1
      : null;
  const jump = useJumpTarget(
    conversationId,
    list.status === 'ready',
    conversation === null ? undefined : beyond,
  );
  const paging = usePaging();
  const hasOlder = list.hasOlder || list.status === 'loading';
  const { boxRef, rows, atEnd, visiblePosition, onScroll, show } = useTimelineScroll({
    ...{ items, editing, hasOlder, hasNewer, target: jump.target },
    onReached: (index) => {
      jump.reached(items[index]?.key ?? null);
      if (jump.target !== 'end' && jump.target?.line !== true) focus(index);
    },
    onNear: (end) => {
      const open = client.messages.open(conversationId);
      if (end === 'older' && !list.loadingOlder) paging.run(() => open.loadOlder());
      if (end === 'newer' && !list.loadingNewer) paging.run(() => open.loadNewer());
    },
  });
  const { focus, onKeyDown } = useRowFocus({ boxRef, items, show });
  const going = jump.target !== null || jump.pending;
  useMarkRead(conversationId, conversation?.read.readPosition, going ? 0 : visiblePosition);
  useEffect(() => {
    if (going || messages.length <= 2 * KEPT + 100) return;
    client.messages.open(conversationId).keepAround(visiblePosition, KEPT);
  }, [client, conversationId, going, messages, visiblePosition]);
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
        className="flex h-full flex-col overflow-y-auto overscroll-contain [overflow-anchor:none] focus-visible:-outline-offset-2"
        ref={boxRef}
        onScroll={onScroll}
        onContextMenu={menu.onContextMenu}
        onKeyDown={onKeyDown}
        role="log"
        aria-label={t('messages.label')}
        // Older ones come in, too: what is new is announced by itself.
        aria-live="off"
        aria-busy={list.status === 'loading' || list.loadingOlder || list.loadingNewer}
        // The keyboard scrolls what can be focused.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        data-testid="timeline"
      >
        {list.status === 'ready' && items.length === 0 && <NothingSaid />}
        {/* Another element once there are rows: the one with nothing in it would be seen to move. */}
        <div
          key={items.length === 0 ? 'empty' : 'rows'}
          className="relative mx-auto mt-auto w-full max-w-[860px] shrink-0"
          ref={rows.containerRef}
        >
          {hasOlder && <More at="top" />}
          {/* The library reads the element that it is given only once that is there. */}
          {/* oxlint-disable-next-line react/refs */}
          {rows.getVirtualItems().map(({ index, key }) => {
            const item = items[index];
            if (item === undefined) return null;
            return (
              <div
                key={key}
                className={cx(
                  'absolute inset-x-0 flow-root px-5 max-md:px-3',
                  'rounded-xl transition-colors duration-500',
                  item.key === jump.lit && 'bg-selected',
                )}
                ref={rows.measureElement}
                data-index={index}
                data-key={item.key}
              >
                <TimelineItem
                  item={item}
                  people={people}
                  viewerId={viewerId}
                  group={group}
                  mayDeleteAll={mayDeleteAll}
                  blocked={item.kind === 'message' && blocked.has(item.senderId)}
                  editing={editing === item.key}
                  host={host}
                />
              </div>
            );
          })}
          {hasNewer && <More at="bottom" />}
        </div>
      </div>
      {rows.isScrolling && <DayOnTop at={timeOf(items[rows.range?.startIndex ?? 0])} />}
      {menu.element}
      {!atEnd && <ToLatest unread={conversation?.unread ?? 0} onClick={jump.toLatest} />}
    </div>
  );
}

/** Where the line above new messages stands: fixed when the conversation is opened, null when nothing was new. */
function useUnreadLine(conversation: Conversation | null): number | null {
  const [line, setLine] = useState<number | null | undefined>(undefined);
  if (line !== undefined || conversation === null) return line ?? null;
  const found = conversation.unread > 0 ? conversation.read.readPosition : null;
  setLine(found);
  return found;
}
