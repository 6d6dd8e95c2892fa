import type { User } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { useState } from 'react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { useTask } from '../../use-task.ts';
import type { ConversationDialogProps } from '../conversations/conversation-dialog.ts';
import { PeoplePicker } from '../users/people-picker.tsx';

/** Picks people and adds them to a group. */
export default function AddPeople({ conversation, onClose }: ConversationDialogProps) {
  const client = useClient();
  const { t } = useSpeech();
  const task = useTask();
  const [chosen, setChosen] = useState<readonly User[]>([]);
  const add = async () => {
    const done = await task.run(async () => {
      const userIds = chosen.map(({ id }) => id);
      await client.conversations.addMembers({ conversationId: conversation.id, userIds });
    });
    if (done) onClose();
  };
  return (
    <Dialog title={t('members.add')} onClose={onClose}>
      <PeoplePicker chosen={chosen} onChange={setChosen} />
      <Fault text={task.error === null ? null : explain(task.error, t)} />
      <DialogActions>
        <Button kind="primary" disabled={chosen.length === 0 || task.busy} onClick={() => void add()}>
          {t('members.add.submit')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
