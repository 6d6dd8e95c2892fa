import type { Conversation } from '@parley/contract';
import type { ConversationListSnapshot } from '@parley/sdk';
import { useClient, useConversations } from '@parley/sdk/react';
import { Archive, CheckCheck, MessageCircle } from 'lucide-react';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { moveFocus } from '../../ui/move-focus.ts';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { ConversationRow } from './conversation-row.tsx';
import { type Filter, ListFilter } from './list-filter.tsx';
import { useRowMenu } from './use-row-menu.tsx';

const NEAR_END_PX = 400;

/** One's conversations: all of them, what is unread, or what is archived. */
export function ConversationList({ openId, onStart }: { openId: string | null; onStart: () => void }) {
  const { t } = useSpeech();
  const list = useConversations();
  const [filter, setFilter] = useState<Filter>('all');
  // Rendered a bit at a time when it comes, so that what one does meanwhile is not held up.
  const begun = useDeferredValue(list.status !== 'loading');
  if (list.status === 'loading' || !begun) {
    return (
      <div className="flex-1 overflow-hidden px-2">
        <SkeletonRows label={t('chats.loading')} />
      </div>
    );
  }
  const archive = list.archived.length > 0 || filter === 'archived';
  const shown = shownIn(list, filter, openId);
  return (
    <>
      <ListFilter
        filters={archive ? ['all', 'unread', 'archived'] : ['all', 'unread']}
        value={filter}
        onChange={setFilter}
      />
      {shown.length === 0 && !list.hasMore ? (
        <NothingIn filter={filter} onStart={onStart} />
      ) : (
        <Rows key={filter} conversations={shown} hasMore={list.hasMore} openId={openId} />
      )}
    </>
  );
}

/** What is open stays among the unread ones while it is read. */
function shownIn(
  { conversations, archived }: ConversationListSnapshot,
  filter: Filter,
  openId: string | null,
): readonly Conversation[] {
  if (filter === 'archived') return archived;
  if (filter === 'all') return conversations;
  return conversations.filter(({ id, unread }) => unread > 0 || id === openId);
}

function Rows(props: { conversations: readonly Conversation[]; hasMore: boolean; openId: string | null }) {
  const { conversations, hasMore, openId } = props;
  const client = useClient();
  const { t } = useSpeech();
  const box = useRef<HTMLElement>(null);
  const menu = useRowMenu(conversations);
  const loadNear = () => {
    if (box.current === null || !hasMore) return;
    const { scrollHeight, scrollTop, clientHeight } = box.current;
    // What fails is tried again by the next scroll.
    if (scrollHeight - scrollTop - clientHeight < NEAR_END_PX)
      client.conversations.list.loadMore().catch(() => {});
  };
  // A filter may leave too few to scroll.
  useEffect(loadNear);
  return (
    // Arrow keys move through the links in it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <nav
      ref={box}
      className="flex-1 overflow-y-auto overscroll-contain px-2 pb-3"
      aria-label={t('chats.label')}
      onScroll={loadNear}
      onKeyDown={(event) => moveFocus(event, 'a')}
      onContextMenu={menu.onContextMenu}
    >
      <ul className="flex flex-col gap-px">
        {conversations.map((conversation) => (
          <ConversationRow
            key={conversation.id}
            conversation={conversation}
            open={conversation.id === openId}
          />
        ))}
      </ul>
      {menu.element}
    </nav>
  );
}

function NothingIn({ filter, onStart }: { filter: Filter; onStart: () => void }) {
  const { t } = useSpeech();
  switch (filter) {
    case 'unread':
      return <Empty icon={<CheckCheck />} title={t('chats.noUnread')} text={t('chats.noUnread.text')} />;
    case 'archived':
      return <Empty icon={<Archive />} title={t('chats.noArchived')} text={t('chats.noArchived.text')} />;
    case 'all':
      return (
        <Empty icon={<MessageCircle />} title={t('chats.empty')} text={t('chats.empty.text')}>
          <Button kind="primary" onClick={onStart}>
            {t('chats.start')}
          </Button>
        </Empty>
      );
  }
}
