import type { MessageReceipts } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { MessageDialogProps } from '../messages/message-dialog-props.ts';
import { PagedPeople } from '../users/paged-people.tsx';

/** Who has read, and who has got, a message: asked for when it is opened, in groups of any size. */
export default function ReceiptsDialog({ message, onClose }: MessageDialogProps) {
  const client = useClient();
  const { t } = useSpeech();
  const [counts, setCounts] = useState<MessageReceipts>();
  const { conversationId, id: messageId } = message;
  const load = async (after: string | undefined) => {
    const page = await client.receipts.of({
      conversationId,
      messageId,
      ...(after !== undefined && { after }),
    });
    setCounts(page);
    const rows = page.people.map(({ userId, state }) => ({
      key: userId,
      userId,
      detail: t(state === 'read' ? 'receipts.read' : 'receipts.delivered'),
    }));
    return { rows, next: page.nextAfter };
  };
  return (
    <Dialog title={t('receipts.who')} onClose={onClose}>
      {counts !== undefined && (
        <p className="text-sm text-soft">
          {t('receipts.counts', { read: counts.read, delivered: counts.delivered, members: counts.members })}
        </p>
      )}
      <PagedPeople load={load} />
    </Dialog>
  );
}
