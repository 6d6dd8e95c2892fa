import { useEffect } from 'react';

/** Long enough for what is shown now to come first, in milliseconds. */
const PAUSE_MS = 800;

/**
 * Fetches what is likely to be opened from here, once there is time: it has to open at once, and without a connection, too.
 * @param fetches has to stay the same array
 */
export function useFetchAhead(fetches: readonly (() => Promise<unknown>)[]): void {
  useEffect(() => {
    const timer = setTimeout(() => {
      // What fails is fetched when it is opened.
      for (const fetch of fetches) fetch().catch(() => {});
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [fetches]);
}
