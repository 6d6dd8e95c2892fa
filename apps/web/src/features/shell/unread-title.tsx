import { useClient } from '@parley/sdk/react';
import { useEffect, useSyncExternalStore } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';

/** Says how much is unread in the page's title, in its icon, and on the icon of the installed app. Shows nothing itself. */
export function UnreadTitle() {
  const { t } = useSpeech();
  const { unread } = useClient();
  const count = useSyncExternalStore(unread.subscribe, () => unread.getSnapshot().messages);
  useEffect(() => {
    document.title = count > 0 ? t('app.title.unread', { count }) : t('app.name');
  }, [count, t]);
  useEffect(() => {
    showBadge(count);
    return () => showBadge(0);
  }, [count]);
  return null;
}

function showBadge(count: number): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  if (icon !== null) icon.href = count > 0 ? '/favicon-unread.svg' : '/favicon.svg';
  // Where there is no such badge, the title says it.
  if ('setAppBadge' in navigator) navigator.setAppBadge(count).catch(() => {});
}
