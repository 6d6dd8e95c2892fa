import type { OutgoingMessage } from '@parley/sdk';
import { useClient, useConnection } from '@parley/sdk/react';
import { explain } from '../../explain.ts';
import { WarningIcon } from '../../icons.tsx';

/** How it goes with a message on its way. */
export function SendStatus({ message }: { message: OutgoingMessage }) {
  return message.status === 'failed' ? <Failed message={message} /> : <Sending message={message} />;
}

function Sending({ message: { error } }: { message: OutgoingMessage }) {
  const offline = useConnection().status === 'offline' || error?.code === 'UNAVAILABLE';
  const waiting = offline || error !== null;
  return (
    <p className="message-sending" data-testid={waiting ? 'send-waiting' : undefined}>
      {offline ? 'Waiting for the connection…' : waiting ? 'Waiting to try again…' : 'Sending…'}
    </p>
  );
}

function Failed({ message: { id, error } }: { message: OutgoingMessage }) {
  const client = useClient();
  return (
    <p className="message-failed" role="alert" data-testid="send-failed">
      <span>
        <WarningIcon /> Not sent. {explain(error)}
      </span>
      <button
        type="button"
        className="link-button"
        onClick={() => {
          // The message itself shows how it ends.
          client.messages.retry(id).catch(() => {});
        }}
      >
        Retry
      </button>
      <button type="button" className="link-button" onClick={() => client.messages.discard(id)}>
        Discard
      </button>
    </p>
  );
}
