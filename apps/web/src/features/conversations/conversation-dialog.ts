import type { Conversation } from '@parley/contract';

/** What a dialog about one conversation is given. */
export interface ConversationDialogProps {
  readonly conversation: Conversation;
  readonly onClose: () => void;
}
