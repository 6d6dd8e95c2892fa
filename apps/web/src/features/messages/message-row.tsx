import type { Message, User } from '@parley/contract';
import { clock } from '../../time.ts';
import { Avatar } from '../users/avatar.tsx';
import { hueOf, nameOf } from '../users/names.ts';
import type { Item, Written } from './items.ts';
import { MessageActions } from './message-actions.tsx';
import { MessageEditor } from './message-editor.tsx';
import { MessageText } from './message-text.tsx';
import { SendStatus } from './send-status.tsx';
import './message-row.css';

/** What somebody wrote, stored or on its way. */
export function MessageRow(props: {
  item: Extract<Item, { kind: 'message' }>;
  sender: User | undefined;
  mine: boolean;
  group: boolean;
  mayDeleteAll: boolean;
  editing: boolean;
  onEdit: (messageId: string | null) => void;
  onDelete: (message: Message) => void;
}) {
  const { item, sender, mine, group, mayDeleteAll, editing, onEdit, onDelete } = props;
  const { stored, outgoing } = item.written;
  const deleted = stored?.deletedAt != null;
  const name = mine ? 'You' : nameOf(sender);
  return (
    <article
      className="message"
      data-testid="message"
      data-mine={mine || undefined}
      data-first={item.first || undefined}
      data-last={item.last || undefined}
      data-state={outgoing?.status ?? (deleted ? 'deleted' : 'stored')}
      data-message-id={item.key}
      data-position={stored?.position}
      aria-label={`${name}, ${clock(timeOf(item.written))}`}
      // A tap focuses it and so shows what can be done with it.
      tabIndex={-1}
    >
      {group && !mine && (
        <div className="message-gutter">
          {item.last && <Avatar id={item.senderId} name={name} size="small" />}
        </div>
      )}
      <div className="message-body">
        {group && !mine && item.first && (
          <p className="message-sender" style={{ '--hue': hueOf(item.senderId) }}>
            {name}
          </p>
        )}
        {editing && stored !== null ? (
          <MessageEditor message={stored} onClose={() => onEdit(null)} />
        ) : (
          <div className="message-bubble">
            {deleted ? (
              <em className="message-deleted">Message deleted</em>
            ) : (
              <MessageText text={contentOf(item.written)} />
            )}
            <span className="message-meta">
              {stored?.editedAt != null && !deleted && 'edited '}
              <time dateTime={timeOf(item.written)}>{clock(timeOf(item.written))}</time>
            </span>
          </div>
        )}
        {outgoing !== null && <SendStatus message={outgoing} />}
      </div>
      {stored !== null && !deleted && !editing && (mine || mayDeleteAll) && (
        <MessageActions
          onEdit={mine ? () => onEdit(stored.id) : undefined}
          onDelete={() => onDelete(stored)}
        />
      )}
    </article>
  );
}

function contentOf({ stored, outgoing }: Written): string {
  return stored === null ? outgoing.content : stored.content;
}

function timeOf({ stored, outgoing }: Written): string {
  return stored === null ? outgoing.createdAt : stored.createdAt;
}
