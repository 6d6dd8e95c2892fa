import { useConversations } from '@parley/sdk/react';
import { useEffect } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';

/** Says in the page's title how much is unread. */
export function useUnreadTitle(): void {
  const { t } = useSpeech();
  const { unread } = useConversations();
  useEffect(() => {
    document.title = unread > 0 ? t('app.title.unread', { count: unread }) : t('app.name');
  }, [unread, t]);
}
