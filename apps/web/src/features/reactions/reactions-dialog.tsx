import { useClient } from '@parley/sdk/react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { PagedPeople } from '../users/paged-people.tsx';
import type { MessageDialogProps } from '../messages/message-dialog-props.ts';

/** Who reacted to a message, and with what. */
export default function ReactionsDialog({ message, onClose }: MessageDialogProps) {
  const client = useClient();
  const { t } = useSpeech();
  const { conversationId, id: messageId } = message;
  const load = async (cursor: string | undefined) => {
    const page = await client.reactions.list({
      conversationId,
      messageId,
      ...(cursor !== undefined && { cursor }),
    });
    const rows = page.reactions.map(({ user, emoji }) => ({
      key: `${user.id} ${emoji}`,
      userId: user.id,
      detail: <span className="text-xl leading-none">{emoji}</span>,
    }));
    return { rows, next: page.nextCursor };
  };
  return (
    <Dialog title={t('reaction.who')} onClose={onClose}>
      <PagedPeople load={load} />
    </Dialog>
  );
}
