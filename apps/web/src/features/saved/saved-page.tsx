import { useClient, useSaved } from '@parley/sdk/react';
import { Bookmark, X } from 'lucide-react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Empty } from '../../ui/empty.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { MessageCard } from '../messages/message-card.tsx';

/** What one has saved, from all conversations. */
export function SavedPage() {
  const client = useClient();
  const { t } = useSpeech();
  const { status, saved } = useSaved();
  return (
    <ListPage title={t('saved.title')}>
      {status === 'loading' && <SkeletonRows label={t('settings.loading')} />}
      {status === 'ready' && saved.length === 0 && (
        <Empty icon={<Bookmark />} title={t('saved.none')} text={t('saved.none.text')} />
      )}
      <ul className="grid gap-1">
        {saved.map(({ message }) => (
          <li key={message.id}>
            <MessageCard message={message} withConversation>
              <IconButton
                label={t('saved.remove')}
                onClick={() => {
                  const { conversationId, id: messageId } = message;
                  client.saved
                    .remove({ conversationId, messageId })
                    .catch((error: unknown) => toast(explain(error, t)));
                }}
              >
                <X size={16} aria-hidden />
              </IconButton>
            </MessageCard>
          </li>
        ))}
      </ul>
    </ListPage>
  );
}
