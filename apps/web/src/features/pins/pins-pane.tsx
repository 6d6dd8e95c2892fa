import type { Conversation } from '@parley/contract';
import { Pin } from 'lucide-react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Fault } from '../../ui/fault.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { MessageCard } from '../messages/message-card.tsx';
import { usePins } from './use-pins.ts';

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
