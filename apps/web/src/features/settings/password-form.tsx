import { limits } from '@parley/contract';
import { useClient, useSession } from '@parley/sdk/react';
import { type FormEvent, useState } from 'react';
import { explain, faultOf, hasCode } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toast.tsx';
import { textOf, useTask } from '../../use-task.ts';
import { Section } from './page.tsx';

/** Changes the password. */
export function PasswordForm() {
  const client = useClient();
  const { t } = useSpeech();
  const username = useSession()?.user.username ?? '';
  const task = useTask();
  // A form of its own for every change: what was typed into the one before is gone.
  const [change, setChange] = useState(0);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [currentPassword, newPassword] = [textOf(form, 'currentPassword'), textOf(form, 'newPassword')];
    if (!(await task.run(() => client.auth.changePassword({ currentPassword, newPassword })))) return;
    toast(t('settings.password.done'));
    setChange(change + 1);
  };
  const wrong = hasCode(task.error, 'WRONG_CREDENTIALS') ? t('error.wrongPassword') : undefined;
  const refused = faultOf(task.error, 'newPassword', t);
  const told = wrong !== undefined || refused !== undefined;
  return (
    <Section title={t('settings.password')} text={t('settings.password.text')}>
      <form key={change} className="grid gap-4" onSubmit={(event) => void submit(event)}>
        {/* For password managers: whose password it is. */}
        <input type="hidden" name="username" autoComplete="username" value={username} />
        <TextField
          label={t('settings.password.current')}
          name="currentPassword"
          type="password"
          autoComplete="current-password"
          required
          fault={wrong}
        />
        <TextField
          label={t('settings.password.new')}
          name="newPassword"
          type="password"
          autoComplete="new-password"
          required
          minLength={limits.passwordCharacters.min}
          hint={t('auth.password.hint', { count: limits.passwordCharacters.min })}
          fault={refused}
        />
        <Fault text={task.error === null || told ? null : explain(task.error, t)} />
        <div>
          <Button type="submit" disabled={task.busy}>
            {t('settings.password.submit')}
          </Button>
        </div>
      </form>
    </Section>
  );
}
