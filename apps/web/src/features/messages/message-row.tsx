import type { User } from '@parley/contract';
import { memo, useEffect, useRef, useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { LinkButton } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { ThreadSummary } from '../threads/thread-summary.tsx';
import { Avatar } from '../users/avatar.tsx';
import { hueOf, nameOf } from '../users/names.ts';
import { type Item, writtenAt } from './items.ts';
import { MessageBubble } from './message-bubble.tsx';
import { MessageEditor } from './message-editor.tsx';
import { openContextMenu } from '../../ui/open-context-menu.ts';
import { usePointed } from '../../use-pointed.ts';
import type { MessageHost } from './message-subject.ts';
import { MessageToolbar } from './message-toolbar.tsx';
import { SendStatus } from './send-status.tsx';
import { Slot } from './slot.tsx';
import { belowBubble } from './slots.tsx';

interface Props {
  readonly item: Extract<Item, { kind: 'message' }>;
  readonly sender: User | undefined;
  readonly mine: boolean;
  readonly group: boolean;
  readonly mayDeleteAll: boolean;
  /** Whether the viewer has blocked the sender. */
  readonly blocked: boolean;
  readonly editing: boolean;
  readonly host: MessageHost;
}

/** What somebody wrote, stored or on its way. */
export const MessageRow = memo(function MessageRow(props: Props) {
  const { item, sender, mine, group } = props;
  const { stored, outgoing } = item.written;
  const { t, formats } = useSpeech();
  const [unfolded, setUnfolded] = useState(false);
  // What can be done with it is there while it is pointed at, or has the focus in it.
  const row = useRef<HTMLElement>(null);
  const pointed = usePointed(row);
  const [focused, setFocused] = useState(false);
  const active = pointed || focused;
  const { editing } = props;
  // What is taken away with the focus in it says nothing of that: the editor, once it is closed.
  useEffect(() => {
    if (!editing) setFocused(row.current?.contains(document.activeElement) === true);
  }, [editing]);
  const folded = props.blocked && !unfolded;
  const name = mine ? t('person.you') : nameOf(sender, t);
  const byOther = group && !mine;
  return (
    // Its keys are for what can be done with it, which stands in its toolbar, too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <article
      ref={row}
      className={cx(
        'relative flex items-end gap-2 rounded-xl outline-none',
        'focus-visible:bg-hover',
        mine && 'flex-row-reverse',
        item.first ? 'mt-3' : 'mt-0.5',
      )}
      data-testid="message"
      data-mine={mine || undefined}
      data-state={outgoing?.status ?? (stored?.deletedAt == null ? 'stored' : 'deleted')}
      data-message-id={item.key}
      data-position={stored?.position}
      aria-label={t('message.label', { name, time: formats.clock(writtenAt(item.written)) })}
      // Arrow keys and a tap focus it, and so show what can be done with it.
      tabIndex={-1}
      onFocus={() => setFocused(true)}
      onBlur={({ currentTarget, relatedTarget }) => setFocused(currentTarget.contains(relatedTarget))}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.target !== event.currentTarget) return;
        event.preventDefault();
        openContextMenu(event.currentTarget);
      }}
    >
      {byOther && (
        <div className="w-8 shrink-0">
          {item.last && <Avatar id={item.senderId} name={name} picture={sender?.avatar} size="small" />}
        </div>
      )}
      <div
        className={cx(
          'relative grid max-w-[min(78%,620px)] min-w-0',
          mine ? 'justify-items-end' : 'justify-items-start',
        )}
      >
        {byOther && item.first && !folded && (
          <p className="text-hue ms-3 mb-0.5 text-xs font-semibold" style={{ '--hue': hueOf(item.senderId) }}>
            <bdi>{name}</bdi>
          </p>
        )}
        {folded ? <Folded onShow={() => setUnfolded(true)} /> : <Body {...props} active={active} />}
      </div>
    </article>
  );
});

function Body({ item, mine, mayDeleteAll, editing, host, active }: Props & { active: boolean }) {
  const { stored, outgoing } = item.written;
  if (editing && stored !== null) return <MessageEditor message={stored} host={host} />;
  return (
    <>
      <MessageBubble item={item} mine={mine} host={host} />
      {stored !== null && stored.deletedAt === null && (
        <>
          <Slot of={belowBubble} with={{ message: stored, mine, host }} />
          {active && <MessageToolbar message={stored} mine={mine} mayDeleteAll={mayDeleteAll} host={host} />}
        </>
      )}
      {stored?.deletedAt != null && <ThreadSummary message={stored} mine={mine} host={host} />}
      {outgoing !== null && <SendStatus message={outgoing} />}
    </>
  );
}

function Folded({ onShow }: { onShow: () => void }) {
  const { t } = useSpeech();
  return (
    <p
      className="flex items-center gap-2 rounded-2xl border border-dashed border-line-strong px-3 py-1.5 text-sm text-faint"
      data-testid="folded"
    >
      {t('message.blocked')}
      <LinkButton onClick={onShow}>{t('message.show')}</LinkButton>
    </p>
  );
}
