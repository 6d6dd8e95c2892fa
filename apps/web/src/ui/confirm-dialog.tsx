import { explain } from '../explain.ts';
import { useSpeech } from '../i18n/provider.tsx';
import { useTask } from '../use-task.ts';
import { Button } from './button.tsx';
import { Dialog, DialogActions } from './dialog.tsx';
import { Fault } from './fault.tsx';

/** Asks before something is done that is not easily taken back, and closes when it is done. */
export function ConfirmDialog(props: {
  title: string;
  text: string;
  /** What the button says that does it. */
  confirm: string;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}) {
  const { title, text, confirm, onConfirm, onClose } = props;
  const { t } = useSpeech();
  const task = useTask();
  const run = async () => {
    if (await task.run(onConfirm)) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="text-sm text-soft">{text}</p>
      <Fault text={task.error === null ? null : explain(task.error, t)} />
      <DialogActions>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button kind="danger" disabled={task.busy} onClick={() => void run()}>
          {confirm}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
