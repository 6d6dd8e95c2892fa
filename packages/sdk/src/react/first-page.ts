import type { MessagePage } from '@parley/contract';
import { loadingMessages, type MessageListSnapshot } from '../messages/message-list.ts';
import type { ShownMessage } from '../reactions/own.ts';

/** A page that an answer brought, as a list of messages shows it. */
export function firstPage({ messages, hasBefore, hasAfter }: MessagePage): MessageListSnapshot {
  return {
    ...loadingMessages,
    status: 'ready',
    messages: messages.filter(({ thread }) => thread === undefined).map(shown),
    hasOlder: hasBefore,
    hasNewer: hasAfter,
  };
}

function shown({ reactions, ownReactions = [], ...message }: MessagePage['messages'][number]): ShownMessage {
  if (reactions === undefined) return message;
  return {
    ...message,
    reactions: reactions.map((each) => ({ ...each, own: ownReactions.includes(each.emoji) })),
  };
}
