import { Forward } from 'lucide-react';
import type { MessageAction } from '../messages/message-action.ts';

/** Sends what a message says on to other conversations. */
export const forwardAction: MessageAction = {
  id: 'forward',
  label: 'forward.action',
  icon: Forward,
  beside: false,
  danger: false,
  applies: () => true,
  run: ({ message, host }) => host.show('forward', message),
};
