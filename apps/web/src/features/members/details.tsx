import type { Conversation, User } from '@parley/contract';
import { may } from '@parley/contract';
import { useBlocks, usePresence } from '@parley/sdk/react';
import { Ban, Globe, Link2, Pencil } from 'lucide-react';
import { useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { fetched } from '../../ui/fetched.tsx';
import { useNow } from '../../use-now.ts';
import { useBlocking } from '../blocks/use-blocking.tsx';
import type { ConversationDialogProps } from '../conversations/conversation-dialog.ts';
import { avatarIdOf, pictureOf, titleOf } from '../conversations/title.ts';
import { useConversationActions } from '../conversations/use-conversation-actions.tsx';
import { presenceText } from '../presence/presence-text.ts';
import { Avatar } from '../users/avatar.tsx';
import { Members } from './members.tsx';

const EditGroup = fetched<ConversationDialogProps>(() => import('./edit-group.tsx'));
const Invitations = fetched<ConversationDialogProps>(() => import('../invitations/invitations-dialog.tsx'));

/** What there is to know about a conversation, and what one may change of it. */
export default function Details({ conversation }: { conversation: Conversation }) {
  const { t } = useSpeech();
  const { kind, peer, description } = conversation;
  const title = titleOf(conversation, t);
  return (
    <div className="grid gap-6 py-6">
      <div className="grid justify-items-center gap-1 px-5 text-center">
        <Avatar
          id={avatarIdOf(conversation)}
          name={title}
          picture={pictureOf(conversation)}
          group={kind === 'group'}
          size="large"
        />
        <p className="mt-2 font-semibold [overflow-wrap:anywhere]">
          <bdi>{title}</bdi>
        </p>
        {peer === null ? <GroupFacts conversation={conversation} /> : <PersonFacts person={peer} />}
        {description !== undefined && (
          <p
            className="mt-2 text-sm [overflow-wrap:anywhere] whitespace-pre-wrap text-soft"
            dir="auto"
            data-testid="description"
          >
            {description}
          </p>
        )}
        {peer === null ? <GroupButtons conversation={conversation} /> : <BlockButton person={peer} />}
      </div>
      <OwnSettings conversation={conversation} />
      {kind === 'group' && <Members conversation={conversation} />}
    </div>
  );
}

function PersonFacts({ person }: { person: User }) {
  const speech = useSpeech();
  const presence = usePresence([person.id]).get(person.id);
  const now = useNow();
  return (
    <>
      <p className="text-sm text-faint">
        <bdi>{`@${person.username}`}</bdi>
      </p>
      <p className="min-h-5 text-xs text-faint" data-testid="last-seen">
        {presenceText(presence, speech, now)}
      </p>
    </>
  );
}

function GroupFacts({ conversation: { memberCount, isPublic, history } }: { conversation: Conversation }) {
  const { t } = useSpeech();
  return (
    <>
      <p className="flex items-center gap-2 text-sm text-faint">
        {t('conversation.members', { count: memberCount })}
        {isPublic === true && (
          <Badge tone="plain">
            <Globe size={11} className="me-1" aria-hidden />
            {t('group.public')}
          </Badge>
        )}
      </p>
      <p className="text-xs text-faint">
        {t(history === 'full' ? 'group.history.full' : 'group.history.new')}
      </p>
    </>
  );
}

/** What whoever may do it does to the group itself. */
function GroupButtons({ conversation }: { conversation: Conversation }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState<'edit' | 'invite' | null>(null);
  const { role } = conversation;
  const close = () => setOpen(null);
  return (
    <>
      <div className="mt-3 flex flex-wrap justify-center gap-2 empty:hidden">
        {may(role, 'update') && (
          <Button onClick={() => setOpen('edit')}>
            <Pencil size={15} aria-hidden />
            {t('group.edit')}
          </Button>
        )}
        {may(role, 'invite') && (
          <Button onClick={() => setOpen('invite')}>
            <Link2 size={16} aria-hidden />
            {t('invitations.open')}
          </Button>
        )}
      </div>
      {open === 'edit' && <EditGroup conversation={conversation} onClose={close} />}
      {open === 'invite' && <Invitations conversation={conversation} onClose={close} />}
    </>
  );
}

/** What one sets for oneself, as in the menu of the list. */
function OwnSettings({ conversation }: { conversation: Conversation }) {
  const { t } = useSpeech();
  const { entriesOf, dialog } = useConversationActions();
  return (
    <section className="grid px-2" aria-label={t('group.own')}>
      {entriesOf(conversation).map(({ id, label, icon, danger, run }) => (
        <button
          key={id}
          type="button"
          className={`flex h-9 items-center gap-3 rounded-lg px-3 text-start text-sm transition-colors focus-visible:-outline-offset-2 ${danger === true ? 'text-danger hover:bg-danger-soft' : 'hover:bg-hover [&>svg]:text-soft'}`}
          onClick={run}
        >
          {icon}
          {label}
        </button>
      ))}
      {dialog}
    </section>
  );
}

function BlockButton({ person }: { person: User }) {
  const { t } = useSpeech();
  const blocked = useBlocks().userIds.has(person.id);
  const { block, unblock, dialog } = useBlocking();
  return (
    <>
      <Button className="mt-3" onClick={() => (blocked ? unblock(person) : block(person))}>
        <Ban size={16} aria-hidden />
        {blocked ? t('person.unblock') : t('person.block')}
      </Button>
      {dialog}
    </>
  );
}
