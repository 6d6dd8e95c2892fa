import { useClient } from '@parley/sdk/react';
import { Link } from '@tanstack/react-router';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { toast } from '../../ui/toast.tsx';
import { useTask } from '../../use-task.ts';
import { AuthPage } from './auth-page.tsx';

/** Says that an address has to be verified before the first sign-in, and has the mail sent again. */
export function VerificationMail({ email }: { email: string }) {
  const client = useClient();
  const { t } = useSpeech();
  const task = useTask();
  const again = () =>
    task.run(async () => {
      await client.auth.requestEmailVerification({ email });
      toast(t('auth.mail.sent'));
    });
  return (
    <AuthPage title={t('auth.mail.title')} text={t('auth.mail.text', { email })}>
      <div className="grid gap-3">
        <Fault text={task.error === null ? null : explain(task.error, t)} />
        <Button disabled={task.busy} onClick={() => void again()}>
          {t('auth.mail.again')}
        </Button>
        <Link to="/sign-in" reloadDocument className={buttonClass('quiet')}>
          {t('auth.signIn')}
        </Link>
      </div>
    </AuthPage>
  );
}
