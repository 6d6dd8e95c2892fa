import { useClient } from '@parley/sdk/react';
import { useSpeech } from '../../i18n/provider.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useLeavePage } from './use-leave-page.ts';
import type { ConversationDialogProps } from './conversation-dialog.ts';
import { titleOf } from './title.ts';

/** Asks before one leaves a group. */
export default function LeaveDialog({ conversation, onClose }: ConversationDialogProps) {
  const client = useClient();
  const { t } = useSpeech();
  const leavePage = useLeavePage();
  const leave = async () => {
    await client.conversations.leave({ conversationId: conversation.id });
    await leavePage(conversation.id);
  };
  return (
    <ConfirmDialog
      title={t('leave.title', { title: titleOf(conversation, t) })}
      text={t(conversation.role === 'owner' ? 'leave.text.owner' : 'leave.text')}
      confirm={t('chats.leave')}
      onConfirm={leave}
      onClose={onClose}
    />
  );
}
