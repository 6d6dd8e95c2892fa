import { useClient } from '@parley/sdk/react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useCallback } from 'react';

/** Shows a message where it stands, by its position. */
export function useJump(): (conversationId: string, position: number) => void {
  const client = useClient();
  const navigate = useNavigate();
  const { conversationId: shown } = useParams({ strict: false });
  return useCallback(
    (conversationId, position) => {
      const jump = () =>
        void client.messages
          .open(conversationId)
          .jumpTo(position)
          .catch(() => {});
      if (conversationId === shown) jump();
      else void navigate({ to: '/c/$conversationId', params: { conversationId } }).then(jump);
    },
    [client, navigate, shown],
  );
}
