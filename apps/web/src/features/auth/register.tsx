import { useClient } from '@parley/sdk/react';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { explain, hasCode } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { linkClass } from '../../ui/button.tsx';
import { textOf, useTask } from '../../use-task.ts';
import { AuthForm } from './auth-form.tsx';
import { AuthPage } from './auth-page.tsx';
import { RegisterFields } from './register-fields.tsx';
import { useEntry } from './use-entry.ts';
import { VerificationMail } from './verification-mail.tsx';

/** The way in for somebody new. */
export function Register() {
  const client = useClient();
  const { t } = useSpeech();
  const { to } = useSearch({ from: '/register' });
  const task = useTask();
  const [email, setEmail] = useState('');
  useEntry(to);

  const submit = (form: FormData) =>
    task.run(async () => {
      const displayName = textOf(form, 'displayName').trim();
      setEmail(textOf(form, 'email'));
      await client.auth.register({
        email: textOf(form, 'email'),
        username: textOf(form, 'username'),
        password: textOf(form, 'password'),
        ...(displayName === '' ? {} : { displayName }),
      });
    });
  if (hasCode(task.error, 'EMAIL_NOT_VERIFIED')) return <VerificationMail email={email} />;
  return (
    <AuthPage
      title={t('auth.register.title')}
      below={
        <>
          {t('auth.haveAccount')}{' '}
          <Link to="/sign-in" search={{ to }} className={linkClass}>
            {t('auth.signIn')}
          </Link>
        </>
      }
    >
      <AuthForm
        label={t('auth.register.label')}
        submit={t('auth.register')}
        busy={task.busy}
        fault={task.error === null ? null : explain(task.error, t)}
        onSubmit={(form) => void submit(form)}
      >
        <RegisterFields error={task.error} />
      </AuthForm>
    </AuthPage>
  );
}
