import { useClient, useConversation } from '@parley/sdk/react';
import { useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useTask } from '../../use-task.ts';
import { useJump } from './use-jump.ts';

/** Asks for a day, and shows the conversation that is open as of then. */
export default function DateDialog({ onClose }: { onClose: () => void }) {
  const { conversationId } = useParams({ strict: false });
  return conversationId === undefined ? null : <Asking conversationId={conversationId} onClose={onClose} />;
}

function Asking({ conversationId, onClose }: { conversationId: string; onClose: () => void }) {
  const client = useClient();
  const { t } = useSpeech();
  const jump = useJump();
  const task = useTask();
  const [today] = useState(() => dayText(new Date()));
  const [day, setDay] = useState(today);
  const { conversation } = useConversation(conversationId);
  const goTo = async (date: Date) => {
    const done = await task.run(async () => {
      const position = await client.messages.positionAt(conversationId, date);
      jump(conversationId, position ?? conversation?.read.lastPosition ?? 0);
    });
    if (done) onClose();
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    // Without the time it would be midnight in Greenwich.
    void goTo(new Date(`${day}T00:00`));
  };
  return (
    <Dialog title={t('date.title')} onClose={onClose}>
      <form className="grid gap-4" onSubmit={onSubmit}>
        <TextField
          label={t('date.day')}
          type="date"
          required
          max={today}
          value={day}
          onChange={({ target }) => setDay(target.value)}
        />
        <Fault text={task.error === null ? null : explain(task.error, t)} />
        <DialogActions>
          <Button disabled={task.busy} onClick={() => void goTo(new Date(0))}>
            {t('date.beginning')}
          </Button>
          <Button type="submit" kind="primary" disabled={task.busy}>
            {t('date.go')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** A day where the reader is, as an input for days writes it. */
function dayText(date: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
