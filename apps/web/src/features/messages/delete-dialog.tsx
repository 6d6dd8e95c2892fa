import { useClient } from '@parley/sdk/react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { useTask } from '../../use-task.ts';
import type { MessageDialogProps } from './message-dialog-props.ts';

/** Asks before a message is deleted for everybody. */
export default function DeleteDialog({ message, onClose }: MessageDialogProps) {
  const client = useClient();
  const { t } = useSpeech();
  const task = useTask();
  const remove = () =>
    task.run(async () => {
      await client.messages.delete({ conversationId: message.conversationId, messageId: message.id });
      onClose();
    });
  return (
    <Dialog title={t('message.delete.title')} onClose={onClose}>
      <p className="text-sm text-soft">{t('message.delete.text')}</p>
      <Fault text={task.error === null ? null : explain(task.error, t)} />
      <DialogActions>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button kind="danger" disabled={task.busy} onClick={() => void remove()}>
          {t('action.delete')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
