import type { ShownMessage } from '@parley/sdk';
import { useClient } from '@parley/sdk/react';
import { useSyncExternalStore } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Badge } from '../../ui/badge.tsx';
import { useNow } from '../../use-now.ts';
import type { MessageHost } from '../messages/message-subject.ts';
import { Faces } from '../users/faces.tsx';

/** How many replied in the thread of a message, and who did last, below it: opens the thread. */
export function ThreadSummary({
  message,
  host,
}: {
  message: ShownMessage;
  mine: boolean;
  host: MessageHost;
}) {
  const { replies } = message;
  if (replies === undefined || host.openThread === null) return null;
  return <Summary message={message} replies={replies} open={host.openThread} />;
}

function Summary(props: {
  message: ShownMessage;
  replies: NonNullable<ShownMessage['replies']>;
  open: (messageId: string) => void;
}) {
  const { message, replies, open } = props;
  const { t, formats } = useSpeech();
  const now = useNow();
  const { followed } = useClient().threads;
  const unread = useSyncExternalStore(
    followed.subscribe,
    () => followed.getSnapshot().threads.find(({ root }) => root.id === message.id)?.state.unread ?? 0,
  );
  return (
    <button
      type="button"
      className="mt-1 flex max-w-full items-center gap-2 rounded-full py-0.5 ps-1 pe-3 text-xs font-medium text-accent-fg transition-colors hover:bg-hover"
      data-testid="thread-summary"
      onClick={() => open(message.id)}
    >
      <Faces userIds={replies.userIds} />
      <span className="shrink-0">{t('thread.replies', { count: replies.count })}</span>
      {unread > 0 && <Badge tone="accent">{t('thread.unread', { count: unread })}</Badge>}
      <time className="truncate font-normal text-faint" dateTime={replies.lastAt}>
        {formats.shortTime(replies.lastAt, now)}
      </time>
    </button>
  );
}
