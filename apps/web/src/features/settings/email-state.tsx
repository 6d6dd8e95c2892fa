import type { Self } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { toast } from '../../ui/toast.tsx';
import { useTask } from '../../use-task.ts';
import { Section } from './page.tsx';

/** One's e-mail address, and whether it is verified. */
export function EmailState({ me }: { me: Self }) {
  const client = useClient();
  const { t } = useSpeech();
  const task = useTask();
  const { email, emailVerified } = me;
  const verify = async (address: string) => {
    const done = await task.run(() => client.auth.requestEmailVerification({ email: address }));
    if (done) toast(t('auth.mail.sent'));
  };
  return (
    <Section title={t('settings.email')}>
      <div className="flex flex-wrap items-center gap-3 text-sm">
        <span className="min-w-0 [overflow-wrap:anywhere]">
          <bdi>{email ?? t('settings.email.none')}</bdi>
        </span>
        {email !== null && (
          <Badge tone={emailVerified ? 'plain' : 'warn'}>
            {emailVerified ? t('settings.email.verified') : t('settings.email.unverified')}
          </Badge>
        )}
      </div>
      {task.error !== null && (
        <p className="text-sm text-danger" role="alert">
          {explain(task.error, t)}
        </p>
      )}
      {email !== null && !emailVerified && (
        <div>
          <Button disabled={task.busy} onClick={() => void verify(email)}>
            {t('settings.email.verify')}
          </Button>
        </div>
      )}
    </Section>
  );
}
