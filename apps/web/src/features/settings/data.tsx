import { useSession } from '@parley/sdk/react';
import { useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { DeleteAccount } from './delete-account.tsx';
import { Download } from './download.tsx';
import { Section, SettingsPage } from './page.tsx';

/** One's own data: to have, and to have deleted. */
export function OwnData() {
  const { t } = useSpeech();
  const [deleting, setDeleting] = useState(false);
  const me = useSession()?.user;
  return (
    <SettingsPage title={t('settings.data')}>
      <Section title={t('settings.export')} text={t('settings.export.text')}>
        <Download username={me?.username ?? ''} />
      </Section>
      <Section title={t('settings.delete')} text={t('settings.delete.text')}>
        <div>
          <Button kind="danger" onClick={() => setDeleting(true)}>
            {t('settings.delete.submit')}
          </Button>
        </div>
      </Section>
      {deleting && <DeleteAccount onClose={() => setDeleting(false)} />}
    </SettingsPage>
  );
}
