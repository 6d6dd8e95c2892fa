import { Eye } from 'lucide-react';
import type { MessageAction } from '../messages/slots.tsx';

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
