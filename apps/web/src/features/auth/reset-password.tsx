import { limits } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { tokenOfHash } from '../../addresses.ts';
import { explain, faultOf } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toast.tsx';
import { textOf, useTask } from '../../use-task.ts';
import { AuthForm } from './auth-form.tsx';
import { AuthPage } from './auth-page.tsx';

/** Sets a new password, by the token that was mailed. */
export function ResetPassword() {
  const client = useClient();
  const navigate = useNavigate();
  const { t } = useSpeech();
  const token = tokenOfHash(useRouterState({ select: ({ location }) => location.hash }));
  const task = useTask();
  const submit = async (form: FormData) => {
    const done = await task.run(async () => {
      const given = token === '' ? textOf(form, 'token').trim() : token;
      await client.auth.resetPassword({ token: given, newPassword: textOf(form, 'newPassword') });
      // It was somebody's here, too: every session has ended.
      await client.auth.logout();
    });
    if (!done) return;
    toast(t('auth.reset.done'));
    await navigate({ to: '/sign-in' });
  };
  const tokenFault = faultOf(task.error, 'token', t) === undefined ? undefined : t('error.token');
  const passwordFault = faultOf(task.error, 'newPassword', t);
  return (
    <AuthPage title={t('auth.reset.title')} text={t('auth.reset.text')}>
      <AuthForm
        label={t('auth.reset.title')}
        submit={t('auth.reset.submit')}
        busy={task.busy}
        fault={
          task.error === null || passwordFault !== undefined ? null : (tokenFault ?? explain(task.error, t))
        }
        onSubmit={(form) => void submit(form)}
      >
        {token === '' && <TextField label={t('auth.reset.token')} name="token" autoComplete="off" required />}
        <TextField
          label={t('auth.reset.new')}
          name="newPassword"
          type="password"
          autoComplete="new-password"
          required
          minLength={limits.passwordCharacters.min}
          hint={t('auth.password.hint', { count: limits.passwordCharacters.min })}
          fault={passwordFault}
        />
      </AuthForm>
    </AuthPage>
  );
}
