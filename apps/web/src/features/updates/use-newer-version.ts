import { useConnection } from '@parley/sdk/react';
import { useEffect, useState } from 'react';
import { keepApp } from './versions.ts';

/** Keeps the app in this browser, and tells whether a newer version than the one that is shown is ready. */
export function useNewerVersion(): boolean {
  const { status } = useConnection();
  const [ready, setReady] = useState(false);
  const online = status === 'online';
  useEffect(() => {
    // While it is developed, the app is the one on the server's disk.
    if (!import.meta.env.PROD || !online) return;
    const ended = new AbortController();
    // A server that is replaced cuts the connection. What fails is tried again with the next one.
    keepApp(() => setReady(true), ended.signal).catch(() => {});
    return () => ended.abort();
  }, [online]);
  return ready;
}
