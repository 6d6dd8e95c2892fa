import { type Conversation, isMuted } from '@parley/contract';
import { usePresence } from '@parley/sdk/react';
import { Link } from '@tanstack/react-router';
import { BellOff, Ellipsis, Pin } from 'lucide-react';
import { memo, useRef } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { cx } from '../../ui/cx.ts';
import { openContextMenu } from '../../ui/open-context-menu.ts';
import { useNow } from '../../use-now.ts';
import { Avatar } from '../users/avatar.tsx';
import { RowBadges } from './row-badges.tsx';
import { RowPreview } from './row-preview.tsx';
import { avatarIdOf, pictureOf, titleOf } from './title.ts';
import { useOnScreen } from './use-on-screen.ts';

/** One conversation of the list. It reads what it shows by itself, so that a change elsewhere leaves it as it is. */
export const ConversationRow = memo(function ConversationRow(props: {
  conversation: Conversation;
  open: boolean;
}) {
  const { conversation, open } = props;
  const { t } = useSpeech();
  const row = useRef<HTMLLIElement>(null);
  const seen = useOnScreen(row);
  const now = useNow();
  const muted = isMuted(conversation.settings, now.getTime());
  const title = titleOf(conversation, t);
  return (
    <li
      ref={row}
      className="group/row relative [contain-intrinsic-height:auto_3.5rem] [content-visibility:auto]"
      data-conversation-id={conversation.id}
    >
      <Link
        to="/c/$conversationId"
        params={{ conversationId: conversation.id }}
        className={cx(
          'flex h-14 items-center gap-3 rounded-xl px-3 transition-colors focus-visible:-outline-offset-2',
          open ? 'bg-selected' : 'hover:bg-hover group-has-aria-expanded/row:bg-hover',
        )}
        aria-current={open ? 'page' : undefined}
        data-testid="conversation"
        data-muted={muted || undefined}
      >
        <RowAvatar conversation={conversation} title={title} seen={seen} />
        <span className="grid min-w-0 flex-1 grid-cols-1 gap-0.5">
          <span className="flex items-center gap-1.5">
            <span
              className={cx(
                'truncate text-sm',
                conversation.unread > 0 && !muted ? 'font-semibold' : 'font-medium',
                muted && 'text-soft',
              )}
            >
              <bdi>{title}</bdi>
            </span>
            {muted && <Mark icon={BellOff} label={t('chats.muted')} />}
            <RowTime conversation={conversation} open={open} />
          </span>
          <span className="flex min-h-5 items-center gap-2">
            <RowPreview conversation={conversation} open={open} seen={seen} />
            {conversation.settings?.pinnedAt != null && <Mark icon={Pin} label={t('chats.pinned')} />}
            <RowBadges conversation={conversation} open={open} muted={muted} />
          </span>
        </span>
      </Link>
      <button
        type="button"
        aria-label={t('chats.actions', { title })}
        aria-haspopup="menu"
        className="invisible absolute end-2.5 top-1.5 grid size-6 place-items-center rounded-md border border-line bg-raised text-soft hover:text-fg aria-expanded:visible group-focus-within/row:visible pointer-fine:group-hover/row:visible"
        onClick={(event) => openContextMenu(event.currentTarget)}
      >
        <Ellipsis size={15} aria-hidden />
      </button>
    </li>
  );
});

function RowAvatar(props: { conversation: Conversation; title: string; seen: boolean }) {
  const { conversation, title, seen } = props;
  const { kind, peer } = conversation;
  const presence = usePresence(seen && peer !== null ? [peer.id] : []).get(peer?.id ?? '');
  return (
    <Avatar
      id={avatarIdOf(conversation)}
      name={title}
      picture={pictureOf(conversation)}
      group={kind === 'group'}
      status={presence?.status}
    />
  );
}

function RowTime({ conversation: { lastMessage }, open }: { conversation: Conversation; open: boolean }) {
  const { formats } = useSpeech();
  const now = useNow();
  if (lastMessage === null) return null;
  return (
    <time
      className={cx(
        'ms-auto shrink-0 text-2xs tabular-nums pointer-fine:group-hover/row:invisible',
        open ? 'text-soft' : 'text-faint',
      )}
      dateTime={lastMessage.createdAt}
    >
      {formats.shortTime(lastMessage.createdAt, now)}
    </time>
  );
}

function Mark({ icon: Icon, label }: { icon: typeof Pin; label: string }) {
  return (
    <span className="shrink-0 text-faint">
      <Icon size={13} aria-hidden />
      <span className="sr-only">{label}</span>
    </span>
  );
}
