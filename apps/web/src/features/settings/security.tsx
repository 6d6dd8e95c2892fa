import { useSpeech } from '../../i18n/provider.tsx';
import { SettingsPage } from './page.tsx';
import { PasswordForm } from './password-form.tsx';
import { Sessions } from './sessions.tsx';

/** How one signs in, and where one is signed in. */
export function Security() {
  const { t } = useSpeech();
  return (
    <SettingsPage title={t('settings.security')}>
      <PasswordForm />
      <Sessions />
    </SettingsPage>
  );
}
