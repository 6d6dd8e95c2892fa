import type { User } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { toast } from '../../ui/toast.tsx';
import { useTask } from '../../use-task.ts';
import { nameOf } from '../users/names.ts';

/** Asks before somebody is blocked. */
export function BlockDialog({ person, onClose }: { person: User; onClose: () => void }) {
  const client = useClient();
  const { t } = useSpeech();
  const task = useTask();
  const name = nameOf(person, t);
  const block = () =>
    task.run(async () => {
      await client.blocks.add({ userId: person.id });
      toast(t('block.done', { name }));
      onClose();
    });
  return (
    <Dialog title={t('block.title', { name })} onClose={onClose}>
      <p className="text-sm text-soft">{t('block.text')}</p>
      <Fault text={task.error === null ? null : explain(task.error, t)} />
      <DialogActions>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button kind="danger" disabled={task.busy} onClick={() => void block()}>
          {t('person.block')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
