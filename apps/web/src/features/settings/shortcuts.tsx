import { useSpeech } from '../../i18n/provider.tsx';
import { ShortcutList } from '../shell/shortcut-list.tsx';
import { Section, SettingsPage } from './page.tsx';

/** Every shortcut, as a part of the settings. */
export function ShortcutsPage() {
  const { t } = useSpeech();
  return (
    <SettingsPage title={t('shortcuts.title')}>
      <Section>
        <ShortcutList />
      </Section>
    </SettingsPage>
  );
}
