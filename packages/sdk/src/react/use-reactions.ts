import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { ShownMessage, ShownReaction } from '../reactions/own.ts';
import { useClient } from './provider.ts';

const none: readonly ShownReaction[] = [];

/** The reactions to a message, as shown. */
export interface UsedReactions {
  /** In the order in which each was first used, with how many people and whether oneself is among them. */
  readonly reactions: readonly ShownReaction[];
  /** Reacts with an emoji, or takes that back. @throws ParleyError */
  readonly toggle: (emoji: string) => Promise<void>;
}

/** The reactions to a message as a list of messages has it. */
export function useReactions(
  message: Pick<ShownMessage, 'id' | 'conversationId' | 'reactions'>,
): UsedReactions {
  const client = useClient();
  const latest = useRef(message);
  useEffect(() => {
    latest.current = message;
  });
  const toggle = useCallback(
    async (emoji: string) => {
      const { id: messageId, conversationId, reactions = none } = latest.current;
      const own = reactions.some((reaction) => reaction.own && reaction.emoji === emoji);
      await client.reactions[own ? 'remove' : 'add']({ conversationId, messageId, emoji });
    },
    [client],
  );
  const { reactions = none } = message;
  return useMemo(() => ({ reactions, toggle }), [reactions, toggle]);
}
