import { useClient, useConnection } from '@parley/sdk/react';
import { useEffect, useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Banner } from '../../ui/banner.tsx';
import { loadNewest } from '../updates/versions.ts';
import { useNetwork } from './use-network.ts';

/** A short loss heals before anybody would notice; the banner is for those that last, in milliseconds. */
const PATIENCE_MS = 4_000;

export function ConnectionBanner() {
  const { status } = useConnection();
  const lost = useLasting(status === 'offline', PATIENCE_MS);
  return (
    <output className="block">
      {lost && <Lost />}
      {status === 'outdated' && <Outdated />}
    </output>
  );
}

/** Without a network of its own, the device has nothing to try. */
function Lost() {
  const client = useClient();
  const { t } = useSpeech();
  const network = useNetwork();
  return (
    <Banner
      tone="warn"
      action={network ? t('action.tryNow') : undefined}
      onAction={client.connection.retryNow}
      data-testid="connection-banner"
    >
      <span className="size-2 shrink-0 animate-breathe rounded-full bg-warn" aria-hidden />
      {t(network ? 'connection.server' : 'connection.device')}
    </Banner>
  );
}

function Outdated() {
  const { t } = useSpeech();
  return (
    <Banner
      tone="warn"
      action={t('action.reload')}
      onAction={() => void loadNewest()}
      data-testid="connection-banner"
    >
      {t('connection.outdated')}
    </Banner>
  );
}

/** Whether something has been so for a while in which somebody could see it. */
function useLasting(so: boolean, ms: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!so) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // A page that was hidden has slept: it has a moment to get its connection back.
    const watch = () => {
      clearTimeout(timer);
      if (!document.hidden) timer = setTimeout(() => setLasting(true), ms);
    };
    watch();
    document.addEventListener('visibilitychange', watch);
    return () => {
      document.removeEventListener('visibilitychange', watch);
      clearTimeout(timer);
      setLasting(false);
    };
  }, [so, ms]);
  return lasting;
}
