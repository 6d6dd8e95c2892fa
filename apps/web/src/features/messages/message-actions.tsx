import { DeleteIcon, EditIcon } from '../../icons.tsx';

/** What can be done with a message; shown while it is pointed at or focused. */
export function MessageActions(props: { onEdit: (() => void) | undefined; onDelete: () => void }) {
  const { onEdit, onDelete } = props;
  return (
    <div className="message-actions">
      {onEdit !== undefined && (
        <button type="button" className="icon-button" aria-label="Edit message" title="Edit" onClick={onEdit}>
          <EditIcon />
        </button>
      )}
      <button
        type="button"
        className="icon-button"
        aria-label="Delete message"
        title="Delete"
        onClick={onDelete}
      >
        <DeleteIcon />
      </button>
    </div>
  );
}
