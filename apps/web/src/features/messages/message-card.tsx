import type { Message } from '@parley/contract';
import { useConversation, useSession } from '@parley/sdk/react';
import type { ReactNode } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { useNow } from '../../use-now.ts';
import { titleOf } from '../conversations/title.ts';
import { oneLine } from '../replies/one-line.ts';
import { Avatar } from '../users/avatar.tsx';
import { nameOf } from '../users/names.ts';
import { usePeople } from '../users/use-people.ts';
import { useJump } from './use-jump.ts';

/** A message in a list of some, apart from its conversation: leads to where it stands. */
export function MessageCard(props: { message: Message; withConversation?: boolean; children?: ReactNode }) {
  const { message, withConversation = false, children } = props;
  const { senderId, conversationId, position, thread, content, createdAt, deletedAt } = message;
  const { t, formats } = useSpeech();
  const now = useNow();
  const jump = useJump();
  const viewerId = useSession()?.user.id;
  const sender = usePeople([senderId]).get(senderId);
  const name = senderId === viewerId ? t('person.you') : nameOf(sender, t);
  return (
    <article
      className="relative flex items-start gap-3 rounded-xl px-3 py-2.5 transition-colors hover:bg-hover"
      data-testid="message-card"
    >
      <Avatar id={senderId} name={nameOf(sender, t)} picture={sender?.avatar} size="small" />
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2 text-xs text-faint">
          <span className="truncate text-sm font-semibold text-fg">
            <bdi>{name}</bdi>
          </span>
          {withConversation && <Where conversationId={conversationId} />}
          <time className="ms-auto shrink-0 tabular-nums" dateTime={createdAt}>
            {formats.shortTime(createdAt, now)}
          </time>
        </p>
        <button
          type="button"
          className="line-clamp-3 text-start text-sm text-soft before:absolute before:inset-0 before:rounded-xl"
          dir="auto"
          onClick={() => jump(conversationId, thread?.rootPosition ?? position)}
        >
          {deletedAt === null ? oneLine(content) : <em>{t('message.deleted')}</em>}
        </button>
      </div>
      {/* Above the button that the whole card is. */}
      {children !== undefined && <div className="relative -my-1 -me-1.5">{children}</div>}
    </article>
  );
}

function Where({ conversationId }: { conversationId: string }) {
  const { t } = useSpeech();
  const { conversation } = useConversation(conversationId);
  return <span className="truncate">{conversation !== null && <bdi>{titleOf(conversation, t)}</bdi>}</span>;
}
