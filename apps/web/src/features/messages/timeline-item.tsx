import type { User } from '@parley/contract';
import { memo } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { useNow } from '../../use-now.ts';
import { useShell } from '../shell/shell.ts';
import type { Item } from './items.ts';
import { MessageRow } from './message-row.tsx';
import type { MessageHost } from './message-subject.ts';
import { noticeText } from './notice-text.ts';

/** One line of the timeline. */
export const TimelineItem = memo(
  function TimelineItem(props: {
    item: Item;
    people: ReadonlyMap<string, User>;
    viewerId: string;
    group: boolean;
    mayDeleteAll: boolean;
    blocked: boolean;
    editing: boolean;
    host: MessageHost;
  }) {
    const { item, people, viewerId, ...row } = props;
    const speech = useSpeech();
    switch (item.kind) {
      case 'day':
        return <Day at={item.at} />;
      case 'unread':
        return <UnreadLine />;
      case 'notice':
        return (
          <p
            className="my-1.5 px-6 text-center text-xs text-faint [overflow-wrap:anywhere]"
            data-testid="notice"
            data-position={item.message.position}
          >
            {noticeText(item.message, people, viewerId, speech)}
          </p>
        );
      case 'message':
        return (
          <MessageRow
            {...row}
            item={item}
            sender={people.get(item.senderId)}
            mine={item.senderId === viewerId}
          />
        );
    }
  },
  (a, b) => {
    // Items are laid out anew for every change; what they show changes seldom.
    const { item: itemA, ...restA } = a;
    const { item: itemB, ...restB } = b;
    return sameItem(itemA, itemB) && sameFields(restA, restB);
  },
);

function Day({ at }: { at: string }) {
  const { t, formats } = useSpeech();
  const shell = useShell();
  const now = useNow();
  return (
    <p className="mt-4 mb-1 text-center text-xs font-medium text-faint">
      {/* The keyboard has the same in the palette, and need not stop at each day. */}
      <button
        type="button"
        className="rounded-full px-2 hover:text-fg"
        tabIndex={-1}
        title={t('date.title')}
        onClick={() => shell.show('date')}
      >
        {formats.dayLabel(at, now)}
      </button>
    </p>
  );
}

function UnreadLine() {
  const { t } = useSpeech();
  return (
    <p
      className="flex items-center gap-3 pt-3 pb-1 text-xs font-semibold text-accent-fg before:h-px before:flex-1 before:bg-accent/30 after:h-px after:flex-1 after:bg-accent/30"
      data-unread-line
    >
      {t('messages.new')}
    </p>
  );
}

function sameItem(a: Item, b: Item): boolean {
  if (a.kind !== 'message' || b.kind !== 'message') return sameFields(a, b);
  return (
    a.key === b.key &&
    a.first === b.first &&
    a.last === b.last &&
    a.written.stored === b.written.stored &&
    a.written.outgoing === b.written.outgoing
  );
}

function sameFields(a: object, b: object): boolean {
  const other = new Map<string, unknown>(Object.entries(b));
  return Object.entries(a).every(([name, value]) => Object.is(value, other.get(name)));
}
