import type { OutgoingMessage } from '@parley/sdk';
import { useClient, useConnection } from '@parley/sdk/react';
import { CircleAlert } from 'lucide-react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { LinkButton } from '../../ui/button.tsx';

/** How it goes with a message on its way. */
export function SendStatus({ message }: { message: OutgoingMessage }) {
  return message.status === 'failed' ? <Failed message={message} /> : <Sending message={message} />;
}

function Sending({ message: { error } }: { message: OutgoingMessage }) {
  const { t } = useSpeech();
  const offline = useConnection().status === 'offline' || error?.code === 'UNAVAILABLE';
  const waiting = offline || error !== null;
  return (
    <p
      className="mx-1 mt-0.5 animate-late text-xs text-faint"
      data-testid={waiting ? 'send-waiting' : undefined}
    >
      {offline ? t('send.waitingConnection') : waiting ? t('send.waitingRetry') : t('send.sending')}
    </p>
  );
}

function Failed({ message: { id, error } }: { message: OutgoingMessage }) {
  const client = useClient();
  const { t } = useSpeech();
  return (
    <p
      className="mx-1 mt-1 flex flex-wrap items-center justify-end gap-x-2 gap-y-1 text-xs text-danger"
      role="alert"
      data-testid="send-failed"
    >
      <CircleAlert size={14} aria-hidden />
      <span>{t('send.failed', { reason: explain(error, t) })}</span>
      <LinkButton
        onClick={() => {
          // The message itself shows how it ends.
          client.messages.retry(id).catch(() => {});
        }}
      >
        {t('action.retry')}
      </LinkButton>
      <LinkButton onClick={() => client.messages.discard(id)}>{t('action.discard')}</LinkButton>
    </p>
  );
}
