import type { ShownMessage } from '@parley/sdk';
import { useClient } from '@parley/sdk/react';
import { Check, CheckCheck } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';

/** How far one's own message has come. */
export function ReceiptTicks({ message, mine }: { message: ShownMessage; mine: boolean }) {
  return mine && message.thread === undefined ? <Ticks message={message} /> : null;
}

function Ticks({ message }: { message: ShownMessage }) {
  const { t } = useSpeech();
  const receipts = useClient().receipts.open(message.conversationId);
  const state = useSyncExternalStore(receipts.subscribe, () => receipts.receiptOf(message).state);
  const label = t(
    state === 'read' ? 'receipts.read' : state === 'delivered' ? 'receipts.delivered' : 'receipts.sent',
  );
  const Icon = state === 'sent' ? Check : CheckCheck;
  return (
    <span data-tip={label} data-testid="ticks" data-state={state}>
      <Icon
        size={14}
        strokeWidth={2.4}
        className={state === 'read' ? 'text-own-read' : undefined}
        aria-hidden
      />
      <span className="sr-only">{label}</span>
    </span>
  );
}
