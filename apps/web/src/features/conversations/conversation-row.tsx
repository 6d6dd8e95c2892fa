import type { Conversation, User } from '@parley/contract';
import { useSession } from '@parley/sdk/react';
import { memo } from 'react';
import { hrefOf } from '../../route.ts';
import { shortTime } from '../../time.ts';
import { noticeText } from '../messages/notice-text.ts';
import { Avatar } from '../users/avatar.tsx';
import { nameOf } from '../users/names.ts';
import { avatarIdOf, titleOf } from './title.ts';

export const ConversationRow = memo(function ConversationRow(props: {
  conversation: Conversation;
  open: boolean;
  people: ReadonlyMap<string, User>;
}) {
  const { conversation, open, people } = props;
  const viewerId = useSession()?.user.id ?? '';
  const title = titleOf(conversation);
  const { unread, lastMessage } = conversation;
  return (
    <li>
      <a
        className="conversation-row"
        href={hrefOf(conversation.id)}
        aria-current={open ? 'page' : undefined}
        data-testid="conversation"
        data-conversation-id={conversation.id}
      >
        <Avatar id={avatarIdOf(conversation)} name={title} group={conversation.kind === 'group'} />
        <span className="conversation-title">{title}</span>
        {lastMessage !== null && (
          <time className="conversation-time" dateTime={lastMessage.createdAt}>
            {shortTime(lastMessage.createdAt, new Date())}
          </time>
        )}
        <span className="conversation-preview">{previewOf(conversation, people, viewerId)}</span>
        {unread > 0 && (
          <span className="conversation-unread" data-testid="unread">
            {unread > 999 ? '999+' : unread}
            <span className="visually-hidden"> unread</span>
          </span>
        )}
      </a>
    </li>
  );
});

/** The last thing that happened, in one line. */
function previewOf(
  { kind, lastMessage }: Conversation,
  people: ReadonlyMap<string, User>,
  viewerId: string,
): string {
  if (lastMessage === null) return 'No messages yet';
  if (lastMessage.messageType === 'system') return noticeText(lastMessage, people, viewerId);
  const text = lastMessage.deletedAt === null ? lastMessage.content.slice(0, 200) : 'Message deleted';
  if (lastMessage.senderId === viewerId) return `You: ${text}`;
  return kind === 'group' ? `${nameOf(people.get(lastMessage.senderId))}: ${text}` : text;
}
