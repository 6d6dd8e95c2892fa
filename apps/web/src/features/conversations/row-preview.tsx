import type { Conversation, User } from '@parley/contract';
import { useClient, useSession } from '@parley/sdk/react';
import { useSyncExternalStore } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import type { Speech } from '../../i18n/speech.ts';
import { cx } from '../../ui/cx.ts';
import { noticeText, peopleIn } from '../messages/notice-text.ts';
import { wordsOf } from '../messages/segments.ts';
import { typingText } from '../messages/typing-text.ts';
import { nameOf } from '../users/names.ts';
import { useKnown } from '../users/use-people.ts';
import { useTypists } from './use-typists.ts';

/** So much of a text can be seen at most. */
const SHOWN = 200;

/** The second line of a row: who is typing, else what one has begun to write, else what was said last. */
export function RowPreview(props: { conversation: Conversation; open: boolean; seen: boolean }) {
  const { conversation, open, seen } = props;
  const { t } = useSpeech();
  const typists = useTypists(conversation.id, seen && !open);
  const draft = useDraft(conversation.id);
  if (typists.length > 0) return <Typing group={conversation.kind === 'group'} userIds={typists} />;
  if (draft !== '' && !open) {
    return <Line who={t('chats.draft')} text={draft.slice(0, SHOWN)} className="text-faint" urgent />;
  }
  return (
    <Last
      conversation={conversation}
      className={conversation.unread > 0 || open ? 'text-soft' : 'text-faint'}
    />
  );
}

/** What one has begun to write in a conversation, on whichever device. */
function useDraft(conversationId: string): string {
  const { all } = useClient().drafts;
  return useSyncExternalStore(all.subscribe, () => all.getSnapshot().get(conversationId)?.text ?? '');
}

function Typing({ group, userIds }: { group: boolean; userIds: readonly string[] }) {
  const { t } = useSpeech();
  const people = useKnown(group ? userIds : []);
  const names = userIds.map((id) => nameOf(people.get(id), t));
  return (
    <span className="min-w-0 flex-1 truncate text-sm text-accent-fg" data-testid="row-typing">
      {group ? typingText(names, names.length, t) : t('typing.direct')}
    </span>
  );
}

/** The last thing that happened. */
function Last({ conversation, className }: { conversation: Conversation; className: string }) {
  const speech = useSpeech();
  const viewerId = useSession()?.user.id ?? '';
  const { kind, lastMessage } = conversation;
  const people = useKnown(lastMessage === null || kind === 'direct' ? [] : peopleIn(lastMessage));
  return <Line {...lastThing(conversation, people, viewerId, speech)} className={className} />;
}

interface Said {
  readonly who: string | null;
  readonly text: string;
}

/** Who said what: each goes the way it is written, and is cut at its own end. */
function Line({ who, text, className, urgent = false }: Said & { className: string; urgent?: boolean }) {
  return (
    <span className={cx('flex min-w-0 flex-1 gap-1 text-sm', className)} data-testid="row-preview">
      {who !== null && (
        <span className={cx('max-w-1/2 shrink-0 truncate', urgent && 'text-danger')} dir="auto">
          {/* Read out, the space is one; seen, it is the gap between the two. */}
          {`${who} `}
        </span>
      )}
      <span className="truncate" dir="auto">
        {text}
      </span>
    </span>
  );
}

function lastThing(
  { kind, lastMessage }: Conversation,
  people: ReadonlyMap<string, User>,
  viewerId: string,
  speech: Speech,
): Said {
  const { t } = speech;
  if (lastMessage === null) return { who: null, text: t('chats.noMessages') };
  if (lastMessage.messageType === 'system') {
    return { who: null, text: noticeText(lastMessage, people, viewerId, speech) };
  }
  const text =
    lastMessage.deletedAt === null ? wordsOf(lastMessage.content.slice(0, SHOWN)) : t('message.deleted');
  if (lastMessage.senderId === viewerId) return { who: t('chats.preview', { name: t('person.you') }), text };
  if (kind === 'direct') return { who: null, text };
  return { who: t('chats.preview', { name: nameOf(people.get(lastMessage.senderId), t) }), text };
}
