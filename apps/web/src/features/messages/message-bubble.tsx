import { useSpeech } from '../../i18n/provider.tsx';
import { cx } from '../../ui/cx.ts';
import { type Item, writtenAt } from './items.ts';
import type { MessageHost } from './message-subject.ts';
import { MessageText } from './message-text.tsx';
import { Slot } from './slot.tsx';
import { aboveText, afterTime } from './slots.tsx';

type MessageItem = Extract<Item, { kind: 'message' }>;

/** A message's text in its bubble, with the time. */
export function MessageBubble({ item, mine, host }: { item: MessageItem; mine: boolean; host: MessageHost }) {
  const { t, formats } = useSpeech();
  const { stored, outgoing } = item.written;
  const deleted = stored?.deletedAt != null;
  const at = writtenAt(item.written);
  return (
    <div className={bubbleClass(item, mine)} data-bubble>
      {!deleted && <Slot of={aboveText} with={{ written: item.written, mine }} />}
      {deleted ? <em>{t('message.deleted')}</em> : <MessageText {...saidIn(item)} />}
      <span
        className={cx(
          'float-end ms-3 mt-[5px] -mb-0.5 flex items-center gap-1 text-2xs tabular-nums select-none',
          mine && !deleted && outgoing?.status !== 'failed' ? 'text-own-soft' : 'text-faint',
        )}
      >
        {stored?.editedAt != null && !deleted && <span>{t('message.edited')}</span>}
        <time dateTime={at}>{formats.clock(at)}</time>
        {stored !== null && !deleted && <Slot of={afterTime} with={{ message: stored, mine, host }} />}
      </span>
    </div>
  );
}

function saidIn({ written: { stored, outgoing } }: MessageItem) {
  const { content, mentions, mentionsAll } = stored ?? {
    content: outgoing.content,
    mentions: outgoing.extras.mentions,
    mentionsAll: outgoing.extras.mentionsAll,
  };
  return { content, mentions, mentionsAll: mentionsAll === true };
}

/** Bubbles of one group join on the side their sender is on. */
function bubbleClass({ written: { stored, outgoing }, first, last }: MessageItem, mine: boolean): string {
  const deleted = stored?.deletedAt != null;
  const failed = outgoing?.status === 'failed';
  return cx(
    // Each line goes the way it is written.
    'max-w-full rounded-2xl px-3 pt-[6px] pb-[7px] text-start [unicode-bidi:plaintext]',
    !mine && !first && 'rounded-ss-md',
    !mine && !last && 'rounded-es-md',
    mine && !first && 'rounded-se-md',
    mine && !last && 'rounded-ee-md',
    outgoing?.status === 'sending' && 'opacity-70',
    deleted && 'border border-dashed border-line-strong text-faint',
    failed && 'bg-danger-soft text-fg',
    !deleted && !failed && (mine ? 'bg-own text-own-fg' : 'bg-bubble text-fg'),
  );
}
