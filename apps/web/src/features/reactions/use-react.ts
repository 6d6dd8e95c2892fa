import type { ShownMessage, ShownReaction } from '@parley/sdk';
import { useClient, useSession } from '@parley/sdk/react';
import { useSyncExternalStore } from 'react';
import { explain, hasCode } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { toast } from '../../ui/toast.tsx';
import { rememberEmoji } from './recent.ts';
import { ReactionWishes, wishKey, withWishes } from './wishes.ts';

const wishes = new ReactionWishes();

/** A message's reactions, with what one has just clicked, and what a click does. */
export function useReact({ id: messageId, conversationId, reactions }: ShownMessage): {
  readonly reactions: readonly ShownReaction[];
  /** Reacts with an emoji, or takes that back. */
  readonly toggle: (emoji: string) => void;
} {
  const client = useClient();
  const { t } = useSpeech();
  const viewerId = useSession()?.user.id ?? '';
  const wished = useSyncExternalStore(wishes.subscribe, wishes.getSnapshot);
  const shown = withWishes(messageId, reactions ?? none, wished, viewerId);
  const toggle = (emoji: string) => {
    const wanted = !shown.some((reaction) => reaction.emoji === emoji && reaction.own);
    if (wanted) rememberEmoji(emoji);
    const input = { conversationId, messageId, emoji };
    const store = (wish: boolean) => (wish ? client.reactions.add(input) : client.reactions.remove(input));
    wishes
      .wish(wishKey(messageId, emoji), wanted, store)
      .catch((error: unknown) =>
        toast(hasCode(error, 'CONFLICT') ? t('reaction.tooMany') : explain(error, t)),
      );
  };
  return { reactions: shown, toggle };
}

const none: readonly ShownReaction[] = [];
