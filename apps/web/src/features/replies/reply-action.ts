import { Reply } from 'lucide-react';
import type { MessageAction } from '../messages/message-action.ts';

/** Has what is written next answer a message. */
export const replyAction: MessageAction = {
  id: 'reply',
  label: 'reply.action',
  icon: Reply,
  beside: true,
  danger: false,
  applies: () => true,
  run: ({ message, host }) => host.reply(message),
};
