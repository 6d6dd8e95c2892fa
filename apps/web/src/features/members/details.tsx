import type { Conversation, User } from '@parley/contract';
import { useBlocks } from '@parley/sdk/react';
import { Ban } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { useBlocking } from '../blocks/use-blocking.tsx';
import { avatarIdOf, pictureOf, titleOf } from '../conversations/title.ts';
import { Avatar } from '../users/avatar.tsx';
import { Members } from './members.tsx';

/** What there is to know about a conversation: the other person, or who is in the group. */
export default function Details({ conversation }: { conversation: Conversation }) {
  const { t } = useSpeech();
  const { kind, peer, memberCount } = conversation;
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
        <p className="text-sm text-faint">
          {peer === null ? (
            t('conversation.members', { count: memberCount })
          ) : (
            <bdi>{`@${peer.username}`}</bdi>
          )}
        </p>
        {peer !== null && <BlockButton person={peer} />}
      </div>
      {kind === 'group' && <Members conversationId={conversation.id} />}
    </div>
  );
}

function BlockButton({ person }: { person: User }) {
  const { t } = useSpeech();
  const blocked = useBlocks().userIds.has(person.id);
  const { block, unblock, dialog } = useBlocking();
  return (
    <>
      <Button className="mt-4" onClick={() => (blocked ? unblock(person) : block(person))}>
        <Ban size={16} aria-hidden />
        {blocked ? t('person.unblock') : t('person.block')}
      </Button>
      {dialog}
    </>
  );
}
