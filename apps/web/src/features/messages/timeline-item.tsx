import type { Message, User } from '@parley/contract';
import { memo } from 'react';
import { dayLabel } from '../../time.ts';
import type { Item } from './items.ts';
import { MessageRow } from './message-row.tsx';
import { noticeText } from './notice-text.ts';

/** One line of the timeline. */
export const TimelineItem = memo(
  function TimelineItem(props: {
    item: Item;
    people: ReadonlyMap<string, User>;
    viewerId: string;
    group: boolean;
    mayDeleteAll: boolean;
    editing: boolean;
    onEdit: (messageId: string | null) => void;
    onDelete: (message: Message) => void;
  }) {
    const { item, people, viewerId, ...row } = props;
    switch (item.kind) {
      case 'day':
        return (
          <p className="timeline-day">
            <span>{dayLabel(item.at, new Date())}</span>
          </p>
        );
      case 'unread':
        return (
          <p className="timeline-unread" data-unread-line>
            <span>New messages</span>
          </p>
        );
      case 'notice':
        return (
          <p
            className="timeline-notice"
            data-testid="notice"
            data-position={item.message.position}
            data-message-id={item.message.id}
          >
            {noticeText(item.message, people, viewerId)}
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
