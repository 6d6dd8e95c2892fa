import { useClient } from '@parley/sdk/react';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { explain, hasCode } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { linkClass } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { textOf, useTask } from '../../use-task.ts';
import { AuthForm } from './auth-form.tsx';
import { AuthPage } from './auth-page.tsx';
import { useEntry } from './use-entry.ts';
import { VerificationMail } from './verification-mail.tsx';

/** The way in for an account that exists. */
export function SignIn() {
  const client = useClient();
  const { t } = useSpeech();
  const { to } = useSearch({ from: '/sign-in' });
  const task = useTask();
  const [login, setLogin] = useState('');
  useEntry(to);

  const submit = (form: FormData) =>
    task.run(async () => {
      setLogin(textOf(form, 'login'));
      await client.auth.login({ email: textOf(form, 'login'), password: textOf(form, 'password') });
    });
  if (hasCode(task.error, 'EMAIL_NOT_VERIFIED') && login.includes('@'))
    return <VerificationMail email={login} />;
  return (
    <AuthPage
      title={t('auth.signIn.title')}
      below={
        <>
          {t('auth.newHere')}{' '}
          <Link to="/register" search={{ to }} className={linkClass}>
            {t('auth.register.label')}
          </Link>
        </>
      }
    >
      <AuthForm
        label={t('auth.signIn')}
        submit={t('auth.signIn')}
        busy={task.busy}
        fault={task.error === null ? null : explain(task.error, t)}
        onSubmit={(form) => void submit(form)}
      >
        <TextField
          label={t('auth.login')}
          name="login"
          autoComplete="username"
          autoCapitalize="none"
          required
        />
        <TextField
          label={t('auth.password')}
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <Link to="/forgot-password" className={`${linkClass} justify-self-start text-sm`}>
          {t('auth.forgot')}
        </Link>
      </AuthForm>
    </AuthPage>
  );
}
