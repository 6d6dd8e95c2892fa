import { forEver } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { explain } from '../../explain.ts';
import type { PlainKey } from '../../i18n/catalog.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { useTask } from '../../use-task.ts';
import type { ConversationDialogProps } from './conversation-dialog.ts';
import { titleOf } from './title.ts';

const HOUR_MS = 3_600_000;

/** For how long one may want not to be bothered. */
const spans: readonly { readonly label: PlainKey; readonly ms: number }[] = [
  { label: 'mute.hour', ms: HOUR_MS },
  { label: 'mute.hours', ms: 8 * HOUR_MS },
  { label: 'mute.day', ms: 24 * HOUR_MS },
  { label: 'mute.week', ms: 7 * 24 * HOUR_MS },
  { label: 'mute.forEver', ms: Infinity },
];

/** Asks for how long to mute a conversation. */
export default function MuteDialog({ conversation, onClose }: ConversationDialogProps) {
  const client = useClient();
  const { t } = useSpeech();
  const task = useTask();
  const mute = async (ms: number) => {
    const mutedUntil = ms === Infinity ? forEver : new Date(Date.now() + ms).toISOString();
    const done = await task.run(async () => {
      await client.settings.set({ conversationId: conversation.id, mutedUntil });
    });
    if (done) onClose();
  };
  return (
    <Dialog title={t('mute.title', { title: titleOf(conversation, t) })} onClose={onClose}>
      <p className="-mt-2 text-sm text-soft">{t('mute.text')}</p>
      <Fault text={task.error === null ? null : explain(task.error, t)} />
      <div className="grid gap-1.5">
        {spans.map(({ label, ms }) => (
          <Button key={label} className="justify-start" disabled={task.busy} onClick={() => void mute(ms)}>
            {t(label)}
          </Button>
        ))}
      </div>
    </Dialog>
  );
}
