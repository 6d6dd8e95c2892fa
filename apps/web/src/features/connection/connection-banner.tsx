import { useClient, useConnection } from '@parley/sdk/react';
import { type ReactNode, useEffect, useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { LinkButton } from '../../ui/button.tsx';

/** A short loss heals before anybody would notice; the banner is for those that last. */
const PATIENCE_MS = 1_500;

export function ConnectionBanner() {
  const client = useClient();
  const { t } = useSpeech();
  const { status } = useConnection();
  const patient = useLasting(status === 'offline', PATIENCE_MS);
  return (
    <output className="block">
      {patient && (
        <BannerText action={t('action.tryNow')} onAction={client.connection.retryNow}>
          <span className="size-2 animate-breathe rounded-full bg-warn" aria-hidden />
          {t('connection.lost')}
        </BannerText>
      )}
      {status === 'outdated' && (
        <BannerText action={t('action.reload')} onAction={() => location.reload()}>
          {t('connection.outdated')}
        </BannerText>
      )}
    </output>
  );
}

function BannerText(props: {
  readonly action: string;
  readonly onAction: () => void;
  readonly children: ReactNode;
}) {
  return (
    <span
      className="flex items-center justify-center gap-2.5 bg-warn-soft px-4 py-1.5 text-sm text-warn"
      data-testid="connection-banner"
    >
      {props.children}
      <LinkButton className="text-warn underline" onClick={props.onAction}>
        {props.action}
      </LinkButton>
    </span>
  );
}

/** Whether something has been so for a while. */
function useLasting(so: boolean, ms: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!so) return;
    const timer = setTimeout(() => setLasting(true), ms);
    return () => {
      clearTimeout(timer);
      setLasting(false);
    };
  }, [so, ms]);
  return lasting;
}
