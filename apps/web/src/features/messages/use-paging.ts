import { useEffect, useRef, useState } from 'react';

/** After a page has failed to come, the next one is asked for so much later. */
const PAUSE_MS = 1_000;

/** Asks for pages, and again a while after one has failed: nobody can scroll any further to ask for it. */
export function usePaging(): { readonly run: (load: () => Promise<void>) => void } {
  const [paused, setPaused] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (!paused) return;
    const pause = setTimeout(() => setPaused(false), PAUSE_MS);
    return () => clearTimeout(pause);
  }, [paused]);
  return {
    run: (load) => {
      if (paused) return;
      // The page that has just been rendered is still on its way to whoever asked for it.
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void load().catch(() => setPaused(true)));
    },
  };
}
