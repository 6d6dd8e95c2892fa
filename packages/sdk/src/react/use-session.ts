import type { Session } from '../auth/session.ts';
import { useClient } from './provider.ts';
import { useStore } from './use-store.ts';

/** Who is signed in; null for nobody, and on the server. */
export function useSession(): Session | null {
  return useStore(useClient().auth.session, null);
}
