import { useEffect, useState } from 'react';

/** After a page has failed to come, the next one is asked for so much later. */
const PAUSE_MS = 1_000;

/** Asks for pages, and again a while after one has failed: nobody can scroll any further to ask for it. */
export function usePaging(): { readonly run: (load: () => Promise<void>) => void } {
  const [paused, setPaused] = useState(false);
  useEffect(() => {
    if (!paused) return;
    const timer = setTimeout(() => setPaused(false), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [paused]);
  return {
    run: (load) => {
      if (!paused) load().catch(() => setPaused(true));
    },
  };
}
