import { useClient, useConnection } from '@parley/sdk/react';
import { type ReactNode, useEffect, useState } from 'react';
import './connection-banner.css';

/** A short loss heals before anybody would notice; the banner is for those that last. */
const PATIENCE_MS = 1_500;

export function ConnectionBanner() {
  const client = useClient();
  const { status } = useConnection();
  const patient = useLasting(status === 'offline', PATIENCE_MS);
  return (
    <output className="banner">
      {patient && (
        <BannerText action="Try now" onAction={client.connection.retryNow}>
          <span className="banner-dot" aria-hidden />
          No connection. Reconnecting…
        </BannerText>
      )}
      {status === 'outdated' && (
        <BannerText action="Reload" onAction={() => location.reload()}>
          Parley has been updated. Reload to go on; messages not sent yet are kept.
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
    <span className="banner-text" data-testid="connection-banner">
      {props.children}
      <button type="button" className="link-button" onClick={props.onAction}>
        {props.action}
      </button>
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
