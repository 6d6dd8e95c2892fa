import { useNavigate, useParams } from '@tanstack/react-router';
import { useCallback } from 'react';
import { linkTo } from './address.ts';

/**
 * Shows a message where it stands, by its position: the conversation is opened there, and the message focused and lit up. What
 * is open beside a conversation stays while one moves in it.
 */
export function useJump(): (conversationId: string, position: number) => void {
  const navigate = useNavigate();
  const { conversationId: shown } = useParams({ strict: false });
  return useCallback(
    (conversationId, position) => {
      const { search, ...link } = linkTo(conversationId, position);
      void navigate({
        ...link,
        search: (before) => (conversationId === shown ? { ...before, ...search } : search),
      });
    },
    [navigate, shown],
  );
}
