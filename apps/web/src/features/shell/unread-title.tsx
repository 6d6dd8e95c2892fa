import { useClient } from '@parley/sdk/react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';

/** A rise that is taken back sooner is not shown: whoever reads along has something unread for a moment, again and again. */
const RISE_MS = 1_000;

/** Says how much is unread in the page's title, in its icon, and on the icon of the installed app. Shows nothing itself. */
export function UnreadTitle() {
  const { t } = useSpeech();
  const { unread } = useClient();
  const count = useLasting(useSyncExternalStore(unread.subscribe, () => unread.getSnapshot().messages));
  useEffect(() => {
    document.title = count > 0 ? t('app.title.unread', { count }) : t('app.name');
  }, [count, t]);
  useEffect(() => {
    showBadge(count);
  }, [count]);
  useEffect(() => () => showBadge(0), []);
  return null;
}

/** The least that a number was within the last moment: it falls at once. */
function useLasting(count: number): number {
  const [shown, setShown] = useState(count);
  const seen = useRef({ lowest: count, latest: count });
  if (count < shown) setShown(count);
  const rises = count > shown;
  useEffect(() => {
    seen.current = { lowest: Math.min(seen.current.lowest, count), latest: count };
  }, [count]);
  useEffect(() => {
    if (!rises) return;
    seen.current.lowest = seen.current.latest;
    const timer = setInterval(() => {
      setShown(seen.current.lowest);
      seen.current.lowest = seen.current.latest;
    }, RISE_MS);
    return () => clearInterval(timer);
  }, [rises]);
  return shown;
}

function showBadge(count: number): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  const address = count > 0 ? '/favicon-unread.svg' : '/favicon.svg';
  // It would be fetched and drawn again.
  if (icon !== null && icon.getAttribute('href') !== address) icon.href = address;
  // Where there is no such badge, the title says it.
  if ('setAppBadge' in navigator) navigator.setAppBadge(count).catch(() => {});
}
