import type { ConversationListSnapshot } from '@parley/sdk';
import { useClient } from '@parley/sdk/react';
import { MessageCircle } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { moveFocus } from '../../ui/move-focus.ts';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { peopleIn } from '../messages/notice-text.ts';
import { usePresence } from '../presence/use-presence.ts';
import { usePeople } from '../users/use-people.ts';
import { ConversationRow } from './conversation-row.tsx';

const NEAR_END_PX = 400;

export function ConversationList(props: {
  list: ConversationListSnapshot;
  openId: string | null;
  onStart: () => void;
}) {
  const { list, openId, onStart } = props;
  const client = useClient();
  const { t } = useSpeech();
  const people = usePeople(
    list.conversations.flatMap(({ kind, lastMessage }) =>
      lastMessage === null || kind === 'direct' ? [] : peopleIn(lastMessage),
    ),
  );
  const presences = usePresence(list.conversations.flatMap(({ peer }) => peer?.id ?? []));
  const loadMore = (box: HTMLElement) => {
    const left = box.scrollHeight - box.scrollTop - box.clientHeight;
    // What fails is tried again by the next scroll.
    if (list.hasMore && left < NEAR_END_PX) client.conversations.list.loadMore().catch(() => {});
  };
  if (list.status === 'loading') {
    return (
      <div className="flex-1 overflow-hidden px-2">
        <SkeletonRows label={t('chats.loading')} />
      </div>
    );
  }
  if (list.conversations.length === 0) {
    return (
      <Empty icon={<MessageCircle />} title={t('chats.empty')} text={t('chats.empty.text')}>
        <Button kind="primary" onClick={onStart}>
          {t('chats.start')}
        </Button>
      </Empty>
    );
  }
  return (
    // Arrow keys move through the links in it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <nav
      className="flex-1 overflow-y-auto overscroll-contain px-2 pb-3"
      aria-label={t('chats.label')}
      onScroll={(event) => loadMore(event.currentTarget)}
      onKeyDown={(event) => moveFocus(event, 'a')}
    >
      <ul className="flex flex-col gap-px">
        {list.conversations.map((conversation) => (
          <ConversationRow
            key={conversation.id}
            conversation={conversation}
            open={conversation.id === openId}
            people={people}
            status={presences.get(conversation.peer?.id ?? '')?.status}
          />
        ))}
      </ul>
    </nav>
  );
}
