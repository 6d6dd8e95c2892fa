import type { Message } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { type KeyboardEvent, useState } from 'react';
import { explain } from '../../explain.ts';
import { Fault } from '../../fault.tsx';
import { GrowingTextarea } from './growing-textarea.tsx';
import { isSendable } from './text-length.ts';

/** Changes a message in its place: Enter saves, Escape leaves it as it was. */
export function MessageEditor({ message, onClose }: { message: Message; onClose: () => void }) {
  const client = useClient();
  const [text, setText] = useState(message.content);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);

  async function save() {
    if (!isSendable(text) || busy) return;
    if (text === message.content) {
      onClose();
      return;
    }
    setBusy(true);
    setFault(null);
    try {
      const { conversationId, id: messageId } = message;
      await client.messages.edit({ conversationId, messageId, content: text });
      onClose();
    } catch (error) {
      setFault(explain(error));
      setBusy(false);
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void save();
    }
  };
  return (
    <form
      className="message-editor"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <GrowingTextarea
        className="input"
        aria-label="Edit message"
        dir="auto"
        // Whoever edits a message wants to type here.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        onFocus={(event) => event.target.setSelectionRange(text.length, text.length)}
      />
      <Fault text={fault} />
      <div className="message-editor-actions">
        <button type="button" className="link-button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className="link-button" disabled={busy || !isSendable(text)}>
          Save
        </button>
      </div>
    </form>
  );
}
