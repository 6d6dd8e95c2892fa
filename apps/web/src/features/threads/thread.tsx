import type { Conversation } from '@parley/contract';
import type { ShownMessage, ThreadSnapshot } from '@parley/sdk';
import { useBlocks, useSession, useThread } from '@parley/sdk/react';
import { MessageSquareOff } from 'lucide-react';
import { useMemo } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { moveFocus } from '../../ui/move-focus.ts';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Composer } from '../messages/composer.tsx';
import { layOut } from '../messages/items.ts';
import type { MessageHost } from '../messages/message-subject.ts';
import { peopleIn } from '../messages/notice-text.ts';
import { TimelineItem } from '../messages/timeline-item.tsx';
import { useMessageHost } from '../messages/use-message-host.tsx';
import { useMessageMenu } from '../messages/use-message-menu.tsx';
import { usePeople } from '../users/use-people.ts';
import { FollowButton } from './follow-button.tsx';
import { useReadThread } from './use-read-thread.ts';
import { useStickToEnd } from './use-stick-to-end.ts';

/** One thread: what it hangs on, the replies, live, and where to write one. */
export function Thread({ conversation, rootId }: { conversation: Conversation; rootId: string }) {
  const { t } = useSpeech();
  const conversationId = conversation.id;
  const viewerId = useSession()?.user.id;
  const thread = useThread({ conversationId, id: rootId });
  const group = conversation.kind === 'group';
  const { host, editing, element } = useMessageHost(rootId, {
    openThread: null,
    mayPin: false,
    group: false,
  });
  useReadThread(thread, conversationId, rootId);
  if (thread.status === 'gone') return <Empty icon={<MessageSquareOff />} title={t('thread.gone')} />;
  if (thread.status === 'loading' || thread.root === null)
    return <SkeletonRows label={t('settings.loading')} />;
  return (
    <div className="flex h-full flex-col">
      <Replies
        thread={thread}
        root={thread.root}
        group={group}
        mayDeleteAll={group && conversation.role !== 'member'}
        editing={editing}
        host={host}
        onMore={() => {
          // What fails is tried again by the next click.
          thread.loadOlder().catch(() => {});
        }}
      />
      <Composer
        conversationId={conversationId}
        thread={rootId}
        title={null}
        onEditLast={() => {
          const last = thread.replies.findLast(
            ({ senderId, deletedAt }) => senderId === viewerId && deletedAt === null,
          );
          if (last !== undefined) host.edit(last.id);
        }}
      />
      {element}
    </div>
  );
}

function Replies(props: {
  thread: ThreadSnapshot;
  root: ShownMessage;
  group: boolean;
  mayDeleteAll: boolean;
  editing: string | null;
  host: MessageHost;
  onMore: () => void;
}) {
  const { thread, root, group, mayDeleteAll, editing, host, onMore } = props;
  const { replies, outgoing, hasOlder, loadingOlder, state } = thread;
  const { t } = useSpeech();
  const viewerId = useSession()?.user.id ?? '';
  const blocked = useBlocks().userIds;
  const people = usePeople([root, ...replies].flatMap(peopleIn));
  const box = useStickToEnd();
  const items = useMemo(
    () => layOut({ messages: replies, outgoing, viewerId, unreadAfter: null, hasOlder: false }),
    [replies, outgoing, viewerId],
  );
  const top = useMemo(
    () =>
      layOut({ messages: [root], outgoing: [], viewerId, unreadAfter: null, hasOlder: false }).filter(
        ({ kind }) => kind === 'message',
      ),
    [root, viewerId],
  );
  const menu = useMessageMenu((messageId) => {
    const message = [root, ...replies].find(({ id }) => id === messageId);
    if (message === undefined || message.deletedAt !== null) return undefined;
    return { message, mine: message.senderId === viewerId, mayDeleteAll, host, t };
  });
  const row = { people, viewerId, group, mayDeleteAll, host };
  return (
    // Arrow keys move through the messages in it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={box}
      className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-3 pb-2 focus-visible:-outline-offset-2"
      role="log"
      aria-label={t('thread.label')}
      aria-live="off"
      // The keyboard scrolls what can be focused.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      data-testid="thread"
      onContextMenu={menu.onContextMenu}
      onKeyDown={(event) => moveFocus(event, '[data-testid=message]')}
    >
      <div className="pt-5">
        {top.map((item) => (
          <TimelineItem
            key={item.key}
            item={item}
            {...row}
            blocked={blocked.has(root.senderId)}
            editing={editing === item.key}
          />
        ))}
      </div>
      <div className="flex items-center gap-3 py-2 text-xs text-faint">
        <span>{t('thread.replies', { count: root.replies?.count ?? 0 })}</span>
        <span className="h-px flex-1 bg-line" />
        <FollowButton
          conversationId={root.conversationId}
          rootId={root.id}
          following={state?.following ?? false}
        />
      </div>
      {hasOlder && (
        <Button kind="quiet" className="w-full" disabled={loadingOlder} onClick={onMore}>
          {t('thread.older')}
        </Button>
      )}
      {items.map((item) => (
        <TimelineItem
          key={item.key}
          item={item}
          {...row}
          blocked={item.kind === 'message' && blocked.has(item.senderId)}
          editing={editing === item.key}
        />
      ))}
      {menu.element}
    </div>
  );
}
