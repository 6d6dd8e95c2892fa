import { useClient } from '@parley/sdk/react';
import { Link, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { tokenOfHash } from '../../addresses.ts';
import { explain, hasCode } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { textOf, useTask } from '../../use-task.ts';
import { AuthForm } from './auth-form.tsx';
import { AuthPage } from './auth-page.tsx';

/** Verifies an address by the token that was mailed: of the link at once, else of a field. */
export function VerifyEmail() {
  const client = useClient();
  const { t } = useSpeech();
  const token = tokenOfHash(useRouterState({ select: ({ location }) => location.hash }));
  const task = useTask();
  const [done, setDone] = useState(false);
  const verify = async (given: string) => {
    if (await task.run(() => client.auth.verifyEmail({ token: given }))) setDone(true);
  };
  // A token is good once, and an effect may run twice.
  const tried = useRef(false);
  useEffect(() => {
    if (token === '' || tried.current) return;
    tried.current = true;
    void verify(token);
  });
  if (done) {
    return (
      <AuthPage title={t('auth.verify.done')}>
        <Link to="/" className={buttonClass('primary', 'w-full')}>
          {t('action.back')}
        </Link>
      </AuthPage>
    );
  }
  const failed = task.error !== null;
  return (
    <AuthPage title={t('auth.verify.title')} text={t('auth.verify.text')}>
      {token !== '' && !failed ? (
        <output className="block text-center text-sm text-soft">{t('auth.verify.working')}</output>
      ) : (
        <AuthForm
          label={t('auth.verify.title')}
          submit={t('auth.verify.submit')}
          busy={task.busy}
          fault={
            failed ? (hasCode(task.error, 'INVALID_INPUT') ? t('error.token') : explain(task.error, t)) : null
          }
          onSubmit={(form) => void verify(textOf(form, 'token').trim())}
        >
          <TextField label={t('auth.reset.token')} name="token" autoComplete="off" required />
        </AuthForm>
      )}
    </AuthPage>
  );
}
