import type { FoundMessage } from '@parley/contract';
import { useConversation, useSession } from '@parley/sdk/react';
import { Link } from '@tanstack/react-router';
import { useSpeech } from '../../i18n/provider.tsx';
import { useNow } from '../../use-now.ts';
import { titleOf } from '../conversations/title.ts';
import { Avatar } from '../users/avatar.tsx';
import { nameOf } from '../users/names.ts';
import { useKnown } from '../users/use-people.ts';
import { excerptOf } from './excerpt.ts';
import { placeOf } from './place-of.ts';

/** A message that was found, with what was searched for in it; leads to where it stands. */
export function Hit({ found }: { found: FoundMessage }) {
  const { message, highlights } = found;
  const { t, formats } = useSpeech();
  const now = useNow();
  const viewerId = useSession()?.user.id;
  const sender = useKnown([message.senderId]).get(message.senderId);
  const { conversation } = useConversation(message.conversationId);
  const name = message.senderId === viewerId ? t('person.you') : nameOf(sender, t);
  return (
    <li>
      <Link
        to="/c/$conversationId"
        params={{ conversationId: message.conversationId }}
        search={placeOf(message)}
        className="flex gap-3 rounded-xl px-3 py-2.5 transition-colors hover:bg-hover focus-visible:-outline-offset-2"
        data-testid="search-hit"
      >
        <Avatar id={message.senderId} name={nameOf(sender, t)} picture={sender?.avatar} size="small" />
        <span className="grid min-w-0 flex-1 grid-cols-1 gap-0.5">
          <span className="flex items-baseline gap-2 text-xs text-faint">
            <span className="truncate text-sm font-medium text-fg">
              <bdi>{name}</bdi>
            </span>
            {conversation !== null && (
              <span className="truncate">
                <bdi>{titleOf(conversation, t)}</bdi>
              </span>
            )}
            <time className="ms-auto shrink-0 tabular-nums" dateTime={message.createdAt}>
              {formats.shortTime(message.createdAt, now)}
            </time>
          </span>
          <span className="line-clamp-3 text-sm [overflow-wrap:anywhere] text-soft">
            <bdi>
              {excerptOf(message.content, highlights).map(({ text, hit }, index) =>
                hit ? (
                  // Pieces of one text do not move.
                  // oxlint-disable-next-line react/no-array-index-key
                  <mark key={index} className="rounded-xs bg-warn-soft font-semibold text-warn">
                    {text}
                  </mark>
                ) : (
                  text
                ),
              )}
            </bdi>
          </span>
        </span>
      </Link>
    </li>
  );
}
