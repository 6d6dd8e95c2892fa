import type { OutgoingMessage, ParleyError } from '@parley/sdk';
import { useClient } from '@parley/sdk/react';
import { explain } from '../../explain.ts';
import { WarningIcon } from '../../icons.tsx';

/** How it goes with a message on its way. */
export function SendStatus({ message }: { message: OutgoingMessage }) {
  const client = useClient();
  if (message.status === 'sending') return <p className="message-sending">Sending…</p>;
  return (
    <p className="message-failed" role="alert" data-testid="send-failed">
      <span>
        <WarningIcon /> Not sent. {reasonOf(message.error)}
      </span>
      <button
        type="button"
        className="link-button"
        onClick={() => {
          // The message itself shows how it ends.
          client.messages.retry(message.id).catch(() => {});
        }}
      >
        Retry
      </button>
      <button type="button" className="link-button" onClick={() => client.messages.discard(message.id)}>
        Discard
      </button>
    </p>
  );
}

function reasonOf(error: ParleyError | null): string {
  return error?.code === 'UNAVAILABLE' ? 'There is no connection.' : explain(error);
}
