import { startTransition, useEffect, useState } from 'react';

/**
 * False until something is ready and has been shown; true in a rendering of its own, which goes a bit at a time. A deferred value
 * does not wait in a rendering that is deferred already, as that of the first messages is.
 */
export function useAfterwards(ready: boolean): boolean {
  const [begun, setBegun] = useState(false);
  useEffect(() => {
    if (ready) startTransition(() => setBegun(true));
  }, [ready]);
  return begun;
}
