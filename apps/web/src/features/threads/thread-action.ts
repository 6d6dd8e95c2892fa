import { MessageSquareText } from 'lucide-react';
import type { MessageAction } from '../messages/message-action.ts';

/** Opens the thread of a message, to reply apart from the conversation. */
export const threadAction: MessageAction = {
  id: 'thread',
  label: 'thread.reply',
  icon: MessageSquareText,
  beside: true,
  danger: false,
  applies: ({ host }) => host.openThread !== null,
  run: ({ message, host }) => host.openThread?.(message.id),
};
