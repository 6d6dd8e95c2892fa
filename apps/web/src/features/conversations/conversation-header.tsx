import type { Conversation } from '@parley/contract';
import { BackIcon } from '../../icons.tsx';
import { hrefOf } from '../../route.ts';
import { Avatar } from '../users/avatar.tsx';
import { avatarIdOf, titleOf } from './title.ts';
import './conversation-header.css';

export function ConversationHeader({ conversation }: { conversation: Conversation | undefined }) {
  return (
    <header className="conversation-header">
      <a className="icon-button conversation-back" href={hrefOf(null)} aria-label="Back to your chats">
        <BackIcon />
      </a>
      {conversation !== undefined && (
        <>
          <Avatar
            id={avatarIdOf(conversation)}
            name={titleOf(conversation)}
            group={conversation.kind === 'group'}
            size="small"
          />
          <div className="conversation-heading">
            <h2 data-testid="conversation-title">{titleOf(conversation)}</h2>
            <p>{subtitleOf(conversation)}</p>
          </div>
        </>
      )}
    </header>
  );
}

function subtitleOf({ kind, peer, memberCount }: Conversation): string {
  if (kind === 'direct') return peer === null ? '' : `@${peer.username}`;
  return memberCount === 1 ? '1 member' : `${memberCount} members`;
}
