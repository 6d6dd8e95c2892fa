import type { FollowedThread } from '@parley/contract';
import { useConversation, useFollowedThreads } from '@parley/sdk/react';
import { Link } from '@tanstack/react-router';
import { MessagesSquare } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useNow } from '../../use-now.ts';
import { titleOf } from '../conversations/title.ts';
import { oneLine } from '../replies/one-line.ts';
import { Faces } from '../users/faces.tsx';
import { nameOf } from '../users/names.ts';
import { usePeople } from '../users/use-people.ts';

/** The threads one follows, those with the latest replies first. */
export function ThreadsPage() {
  const { t } = useSpeech();
  const { status, threads, hasMore, loadMore } = useFollowedThreads();
  return (
    <ListPage title={t('thread.followed')}>
      {status === 'loading' && <SkeletonRows label={t('settings.loading')} />}
      {status === 'ready' && threads.length === 0 && (
        <Empty icon={<MessagesSquare />} title={t('thread.none')} text={t('thread.none.text')} />
      )}
      <ul className="grid gap-1">
        {threads.map((thread) => (
          <li key={thread.root.id}>
            <ThreadCard thread={thread} />
          </li>
        ))}
      </ul>
      {hasMore && (
        // What fails is tried again by the next click.
        <Button kind="quiet" onClick={() => void loadMore().catch(() => {})}>
          {t('members.more')}
        </Button>
      )}
    </ListPage>
  );
}

function ThreadCard({ thread: { root, latest, state } }: { thread: FollowedThread }) {
  const { t, formats } = useSpeech();
  const now = useNow();
  const { conversation } = useConversation(root.conversationId);
  const people = usePeople(latest.map(({ senderId }) => senderId));
  const said = root.deletedAt === null ? oneLine(root.content) : t('message.deleted');
  return (
    <Link
      to="/c/$conversationId"
      params={{ conversationId: root.conversationId }}
      search={{ pane: 'thread', thread: root.id }}
      className="grid gap-1 rounded-xl px-3 py-2.5 transition-colors hover:bg-hover focus-visible:-outline-offset-2"
      data-testid="followed-thread"
    >
      <span className="flex items-center gap-2 text-xs text-faint">
        <span className="truncate">{conversation !== null && <bdi>{titleOf(conversation, t)}</bdi>}</span>
        <time className="ms-auto shrink-0" dateTime={root.replies?.lastAt ?? root.createdAt}>
          {formats.shortTime(root.replies?.lastAt ?? root.createdAt, now)}
        </time>
      </span>
      <span className="flex items-center gap-2">
        <span className="truncate text-sm font-semibold" dir="auto">
          {said}
        </span>
        {state.unread > 0 && (
          <span className="ms-auto">
            <Badge tone="accent">{t('thread.unread', { count: state.unread })}</Badge>
          </span>
        )}
      </span>
      {latest.map(({ id, senderId, content, deletedAt }) => (
        <span key={id} className="flex gap-1.5 text-sm text-soft">
          <span className="max-w-1/2 shrink-0 truncate font-medium">{nameOf(people.get(senderId), t)}</span>
          <span className="truncate" dir="auto">
            {deletedAt === null ? oneLine(content) : t('message.deleted')}
          </span>
        </span>
      ))}
      <span className="flex items-center gap-2 text-xs text-accent-fg">
        <Faces userIds={root.replies?.userIds ?? []} />
        {t('thread.replies', { count: root.replies?.count ?? 0 })}
      </span>
    </Link>
  );
}
