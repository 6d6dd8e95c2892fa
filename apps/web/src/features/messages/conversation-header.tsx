import type { Conversation, Presence } from '@parley/contract';
import { usePresence } from '@parley/sdk/react';
import { Link } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import type { Speech } from '../../i18n/speech.ts';
import { iconButtonClass } from '../../ui/icon-button.tsx';
import { useNow } from '../../use-now.ts';
import { avatarIdOf, pictureOf, titleOf } from '../conversations/title.ts';
import { presenceText } from '../presence/presence-text.ts';
import { Avatar } from '../users/avatar.tsx';
import { Slot } from './slot.tsx';
import { headerActions } from './slots.tsx';

/** Who a conversation is with, and what can be done about it. */
export function ConversationHeader({ conversation }: { conversation: Conversation | null }) {
  const { t } = useSpeech();
  return (
    <header className="flex h-14 min-w-0 items-center gap-3 border-b border-line ps-5 pe-2.5 max-md:ps-1.5">
      <Link to="/" className={iconButtonClass('md:hidden')} aria-label={t('action.back')}>
        <ChevronLeft size={22} className="rtl:-scale-x-100" aria-hidden />
      </Link>
      {conversation !== null && (
        <>
          <Heading conversation={conversation} />
          <div className="ms-auto flex">
            <Slot of={headerActions} with={{ conversation }} />
          </div>
        </>
      )}
    </header>
  );
}

function Heading({ conversation }: { conversation: Conversation }) {
  const speech = useSpeech();
  const { peer, kind } = conversation;
  const presence = usePresence(peer === null ? [] : [peer.id]).get(peer?.id ?? '');
  const now = useNow();
  const title = titleOf(conversation, speech.t);
  return (
    <>
      <Avatar
        id={avatarIdOf(conversation)}
        name={title}
        picture={pictureOf(conversation)}
        group={kind === 'group'}
        size="small"
        status={presence?.status}
      />
      <div className="min-w-0">
        <h1 className="truncate text-sm font-semibold" data-testid="conversation-title">
          <bdi>{title}</bdi>
        </h1>
        <p className="truncate text-xs text-faint" data-testid="conversation-subtitle">
          {subtitleOf(conversation, presence, speech, now)}
        </p>
      </div>
    </>
  );
}

function subtitleOf(
  { kind, peer, memberCount }: Conversation,
  presence: Presence | undefined,
  speech: Speech,
  now: Date,
): string {
  if (kind === 'group') return speech.t('conversation.members', { count: memberCount });
  const there = presenceText(presence, speech, now);
  return there === '' && peer !== null ? `\u2066@${peer.username}\u2069` : there;
}
