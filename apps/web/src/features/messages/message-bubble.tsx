import { useSpeech } from '../../i18n/provider.tsx';
import { cx } from '../../ui/cx.ts';
import type { Item } from './items.ts';
import { MessageText } from './message-text.tsx';
import { aboveText } from './slots.tsx';

type MessageItem = Extract<Item, { kind: 'message' }>;

/** A message's text in its bubble, with the time. */
export function MessageBubble({ item, mine }: { item: MessageItem; mine: boolean }) {
  const { t, formats } = useSpeech();
  const { stored, outgoing } = item.written;
  const deleted = stored?.deletedAt != null;
  const at = stored === null ? outgoing.createdAt : stored.createdAt;
  return (
    <div className={bubbleClass(item, mine)}>
      {stored !== null &&
        !deleted &&
        aboveText.map((Slot, index) => (
          // They are the same for as long as the page lives.
          // oxlint-disable-next-line react/no-array-index-key
          <Slot key={index} message={stored} />
        ))}
      {deleted ? (
        <em>{t('message.deleted')}</em>
      ) : (
        <MessageText text={stored === null ? outgoing.content : stored.content} />
      )}
      <span
        className={cx(
          'float-end ms-3 mt-[5px] -mb-0.5 text-2xs tabular-nums select-none',
          mine && !deleted && outgoing?.status !== 'failed' ? 'text-own-soft' : 'text-faint',
        )}
      >
        {stored?.editedAt != null && !deleted && `${t('message.edited')} `}
        <time dateTime={at}>{formats.clock(at)}</time>
      </span>
    </div>
  );
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
