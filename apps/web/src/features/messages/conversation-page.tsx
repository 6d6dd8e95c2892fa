import { Link, useParams } from '@tanstack/react-router';
import { MessageSquareOff } from 'lucide-react';
import { isId } from '../../addresses.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ConversationView } from './conversation-view.tsx';

/** The conversation of the address. */
export function ConversationPage() {
  const { conversationId } = useParams({ from: '/signed-in/chat/c/$conversationId' });
  const id = conversationId.toLowerCase();
  return isId(id) ? <ConversationView key={id} conversationId={id} gone={<Gone />} /> : <Gone />;
}

function Gone() {
  const { t } = useSpeech();
  return (
    <Empty page icon={<MessageSquareOff />} title={t('conversation.gone')}>
      <Link to="/" className={buttonClass('secondary')}>
        {t('action.back')}
      </Link>
    </Empty>
  );
}
