import { useClient } from '@parley/sdk/react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { explain, faultOf } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { linkClass } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { textOf, useTask } from '../../use-task.ts';
import { AuthForm } from './auth-form.tsx';
import { AuthPage } from './auth-page.tsx';

/** Has a link to choose a new password mailed. Says the same whether there is such an account or not. */
export function ForgotPassword() {
  const client = useClient();
  const { t } = useSpeech();
  const task = useTask();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const submit = (form: FormData) =>
    task.run(async () => {
      const email = textOf(form, 'email');
      await client.auth.requestPasswordReset({ email });
      setSentTo(email);
    });
  return (
    <AuthPage
      title={t('auth.forgot.title')}
      text={t('auth.forgot.text')}
      below={
        <Link to="/sign-in" className={linkClass}>
          {t('auth.signIn')}
        </Link>
      }
    >
      {sentTo !== null ? (
        <output className="block text-sm">{t('auth.forgot.sent', { email: sentTo })}</output>
      ) : (
        <AuthForm
          label={t('auth.forgot.title')}
          submit={t('auth.forgot.submit')}
          busy={task.busy}
          fault={task.error === null ? null : explain(task.error, t)}
          onSubmit={(form) => void submit(form)}
        >
          <TextField
            label={t('auth.email')}
            name="email"
            type="email"
            autoComplete="email"
            required
            fault={faultOf(task.error, 'email', t)}
          />
        </AuthForm>
      )}
    </AuthPage>
  );
}
