import { useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';

/** Leads from a conversation back to the list, if it is open: whoever puts one away does not want to look at it. */
export function useLeavePage(): (conversationId: string) => Promise<void> {
  const router = useRouter();
  return useCallback(
    async (conversationId: string) => {
      const open = router.matchRoute({ to: '/c/$conversationId', params: { conversationId } });
      if (open) await router.navigate({ to: '/' });
    },
    [router],
  );
}
