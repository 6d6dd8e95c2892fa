import { useClient, useConnection } from '@parley/sdk/react';
import { useEffect, useState } from 'react';
import './connection-banner.css';

/** A short loss heals before anybody would notice; the banner is for those that last. */
const PATIENCE_MS = 1_500;

export function ConnectionBanner() {
  const client = useClient();
  const offline = useConnection().status === 'offline';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!offline) return;
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setShown(false);
    };
  }, [offline]);
  return (
    <output className="banner">
      {shown && (
        <span className="banner-text" data-testid="connection-banner">
          <span className="banner-dot" aria-hidden />
          No connection. Reconnecting…
          <button type="button" className="link-button" onClick={client.connection.retryNow}>
            Try now
          </button>
        </span>
      )}
    </output>
  );
}
