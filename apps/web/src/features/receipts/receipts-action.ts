import { Eye } from 'lucide-react';
import type { MessageAction } from '../messages/message-action.ts';

/** Opens the list of who has read a message. */
export const receiptsAction: MessageAction = {
  id: 'receipts',
  label: 'receipts.who',
  icon: Eye,
  beside: false,
  danger: false,
  applies: ({ mine, host }) => mine && host.group,
  run: ({ message, host }) => host.show('receipts', message),
};
