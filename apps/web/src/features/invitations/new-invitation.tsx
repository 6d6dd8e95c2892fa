import { limits } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { type FormEvent, useState } from 'react';
import { explain, faultOf } from '../../explain.ts';
import type { PlainKey } from '../../i18n/catalog.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { Fault } from '../../ui/fault.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { textOf, useTask } from '../../use-task.ts';

const HOUR = 3600;

/** For how long a link can be good, in seconds. */
const lives = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR, month: 30 * 24 * HOUR } as const;
type Life = keyof typeof lives;

const choices: readonly { readonly value: Life; readonly label: PlainKey }[] = [
  { value: 'hour', label: 'invitations.hour' },
  { value: 'day', label: 'invitations.day' },
  { value: 'week', label: 'invitations.week' },
  { value: 'month', label: 'invitations.month' },
];

/** Makes a link that lets people into a group, for so long and so many of them. */
export function NewInvitation(props: { conversationId: string; onMade: (token: string) => void }) {
  const { conversationId, onMade } = props;
  const client = useClient();
  const { t } = useSpeech();
  const [life, setLife] = useState<Life>('week');
  const task = useTask();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const most = textOf(new FormData(event.currentTarget), 'maxUses');
    void task.run(async () => {
      const { token } = await client.invitations.create({
        conversationId,
        expiresInSeconds: lives[life],
        ...(most !== '' && { maxUses: Number(most) }),
      });
      onMade(token);
    });
  };
  return (
    <form className="grid gap-4" onSubmit={submit}>
      <p className="text-sm text-soft">{t('invitations.text')}</p>
      <Choice
        label={t('invitations.life')}
        value={life}
        options={choices.map(({ value, label }) => ({ value, label: t(label) }))}
        onChange={setLife}
      />
      <TextField
        label={t('invitations.maxUses')}
        name="maxUses"
        type="number"
        inputMode="numeric"
        min={1}
        max={limits.membersPerGroup}
        hint={t('invitations.maxUses.hint')}
        fault={faultOf(task.error, 'maxUses', t)}
      />
      <Fault text={task.error === null ? null : explain(task.error, t)} />
      <div>
        <Button type="submit" kind="primary" disabled={task.busy}>
          {t('invitations.create')}
        </Button>
      </div>
    </form>
  );
}
