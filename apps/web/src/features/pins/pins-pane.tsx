import type { Conversation, Message } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { Pin } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Fault } from '../../ui/fault.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { MessageCard } from '../messages/message-card.tsx';

/** What is pinned in a conversation, the latest first. */
export default function PinsPane({ conversation }: { conversation: Conversation }) {
  const { t } = useSpeech();
  const { pins, error } = usePins(conversation.id);
  if (error !== null && pins === null) return <Fault text={explain(error, t)} />;
  if (pins === null) return <SkeletonRows label={t('settings.loading')} />;
  if (pins.length === 0) return <Empty icon={<Pin />} title={t('pins.none')} text={t('pins.none.text')} />;
  return (
    <ul className="grid gap-1 p-2">
      {pins.map((message) => (
        <li key={message.id}>
          <MessageCard message={message} />
        </li>
      ))}
    </ul>
  );
}

/** Asked for again whenever what is held of the conversation is pinned otherwise, or changes. */
function usePins(conversationId: string): {
  readonly pins: readonly Message[] | null;
  readonly error: unknown;
} {
  const client = useClient();
  const [pins, setPins] = useState<readonly Message[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const list = client.messages.open(conversationId);
  const pinned = useSyncExternalStore(list.subscribe, () =>
    list
      .getSnapshot()
      .messages.flatMap((message) => (message.pinned === undefined ? [] : [`${message.id} ${message.seq}`]))
      .join(),
  );
  // Whenever that changes there is something else to list.
  useEffect(() => {
    let current = true;
    client.pins.list({ conversationId }).then(
      (listed) => current && setPins(listed),
      (thrown: unknown) => current && setError(thrown),
    );
    return () => {
      current = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [client, conversationId, pinned]);
  return { pins, error };
}
