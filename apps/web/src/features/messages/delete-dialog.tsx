import type { Message } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { useState } from 'react';
import { Dialog } from '../../dialog.tsx';
import { explain } from '../../explain.ts';
import { Fault } from '../../fault.tsx';

/** Asks before a message is deleted for everybody. */
export function DeleteDialog({ message, onClose }: { message: Message; onClose: () => void }) {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);

  async function remove() {
    setBusy(true);
    setFault(null);
    try {
      await client.messages.delete({ conversationId: message.conversationId, messageId: message.id });
      onClose();
    } catch (error) {
      setFault(explain(error));
      setBusy(false);
    }
  }
  return (
    <Dialog title="Delete this message?" onClose={onClose}>
      <p>It disappears for everybody, and cannot be brought back.</p>
      <Fault text={fault} />
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          className="button"
          data-kind="danger"
          disabled={busy}
          onClick={() => void remove()}
        >
          Delete
        </button>
      </div>
    </Dialog>
  );
}
