import type { Conversation } from '@parley/contract';
import { useSearch } from '@tanstack/react-router';
import { MessageSquareOff } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Thread } from './thread.tsx';

/** The thread that the address names. */
export default function ThreadPane({ conversation }: { conversation: Conversation }) {
  const { t } = useSpeech();
  const { thread } = useSearch({ from: '/signed-in/chat/c/$conversationId' });
  if (thread === undefined) return <Empty icon={<MessageSquareOff />} title={t('thread.gone')} />;
  return <Thread key={thread} conversation={conversation} rootId={thread} />;
}
