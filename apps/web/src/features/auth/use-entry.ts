import { useSession } from '@parley/sdk/react';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

/** Takes whoever is signed in to where they wanted to go. */
export function useEntry(to: string | undefined): void {
  const router = useRouter();
  const signedIn = useSession() !== null;
  useEffect(() => {
    if (signedIn) void router.navigate({ href: to ?? '/', replace: true });
  }, [router, signedIn, to]);
}
