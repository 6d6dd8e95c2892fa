import type { Conversation, PresenceStatus, User } from '@parley/contract';
import { useSession } from '@parley/sdk/react';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import type { Speech } from '../../i18n/speech.ts';
import { Badge } from '../../ui/badge.tsx';
import { cx } from '../../ui/cx.ts';
import { useNow } from '../../use-now.ts';
import { noticeText } from '../messages/notice-text.ts';
import { Avatar } from '../users/avatar.tsx';
import { nameOf } from '../users/names.ts';
import { avatarIdOf, pictureOf, titleOf } from './title.ts';

export const ConversationRow = memo(function ConversationRow(props: {
  conversation: Conversation;
  open: boolean;
  people: ReadonlyMap<string, User>;
  status: PresenceStatus | undefined;
}) {
  const { conversation, open, people, status } = props;
  const speech = useSpeech();
  const { t, formats } = speech;
  const viewerId = useSession()?.user.id ?? '';
  const now = useNow();
  const title = titleOf(conversation, t);
  const { unread, lastMessage } = conversation;
  return (
    <li>
      <Link
        to="/c/$conversationId"
        params={{ conversationId: conversation.id }}
        className={cx(
          'flex items-center gap-3 rounded-xl px-3 py-2 transition-colors focus-visible:-outline-offset-2',
          open ? 'bg-selected' : 'hover:bg-hover',
        )}
        aria-current={open ? 'page' : undefined}
        data-testid="conversation"
        data-conversation-id={conversation.id}
      >
        <Avatar
          id={avatarIdOf(conversation)}
          name={title}
          picture={pictureOf(conversation)}
          group={conversation.kind === 'group'}
          status={status}
        />
        <span className="grid min-w-0 flex-1 grid-cols-1 gap-0.5">
          <span className="flex items-baseline gap-2">
            <span className={cx('truncate text-sm', unread > 0 ? 'font-semibold' : 'font-medium')}>
              <bdi>{title}</bdi>
            </span>
            {lastMessage !== null && (
              <time
                className={cx('ms-auto shrink-0 text-2xs tabular-nums', open ? 'text-soft' : 'text-faint')}
                dateTime={lastMessage.createdAt}
              >
                {formats.shortTime(lastMessage.createdAt, now)}
              </time>
            )}
          </span>
          <span className="flex min-h-5 items-center gap-2">
            <Preview
              {...previewOf(conversation, people, viewerId, speech)}
              className={unread > 0 || open ? 'text-soft' : 'text-faint'}
            />
            {/* What is open is being read. */}
            {unread > 0 && !open && <Unread count={unread} />}
          </span>
        </span>
      </Link>
    </li>
  );
});

function Unread({ count }: { count: number }) {
  const { t, formats } = useSpeech();
  return (
    <Badge tone="accent" testId="unread">
      {count > 999 ? `${formats.number(999)}+` : formats.number(count)}
      <span className="sr-only">{` ${t('chats.unread.word')}`}</span>
    </Badge>
  );
}

/** Who said what: each goes the way it is written, and is cut at its own end. */
function Preview({ who, text, className }: LastThing & { className: string }) {
  return (
    <span className={cx('flex min-w-0 flex-1 text-sm', className)}>
      {who !== null && <span className="max-w-1/2 shrink-0 truncate whitespace-pre">{`${who} `}</span>}
      <span className="truncate" dir="auto">
        {text}
      </span>
    </span>
  );
}

interface LastThing {
  readonly who: string | null;
  readonly text: string;
}

/** The last thing that happened, in one line. */
function previewOf(
  { kind, lastMessage }: Conversation,
  people: ReadonlyMap<string, User>,
  viewerId: string,
  speech: Speech,
): LastThing {
  const { t } = speech;
  if (lastMessage === null) return { who: null, text: t('chats.noMessages') };
  if (lastMessage.messageType === 'system') {
    return { who: null, text: noticeText(lastMessage, people, viewerId, speech) };
  }
  const text = lastMessage.deletedAt === null ? lastMessage.content.slice(0, 200) : t('message.deleted');
  if (lastMessage.senderId === viewerId) return { who: t('chats.preview', { name: t('person.you') }), text };
  if (kind === 'direct') return { who: null, text };
  return { who: t('chats.preview', { name: nameOf(people.get(lastMessage.senderId), t) }), text };
}
