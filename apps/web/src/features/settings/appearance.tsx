import { Monitor, Moon, Sun } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { preferences, usePreferences } from '../../preferences/device.ts';
import { Choice } from '../../ui/choice.tsx';
import { Section, SettingsPage } from './page.tsx';

/** How the app looks, and which language it speaks, on this device. */
export function Appearance() {
  const { t } = useSpeech();
  const { theme, language } = usePreferences();
  return (
    <SettingsPage title={t('settings.appearance')} text={t('settings.appearance.text')}>
      <Section>
        <Choice
          label={t('settings.theme')}
          value={theme}
          options={[
            { value: 'system', label: t('settings.theme.system'), icon: <Monitor size={16} aria-hidden /> },
            { value: 'light', label: t('settings.theme.light'), icon: <Sun size={16} aria-hidden /> },
            { value: 'dark', label: t('settings.theme.dark'), icon: <Moon size={16} aria-hidden /> },
          ]}
          onChange={(chosen) => preferences.set({ theme: chosen })}
        />
        <Choice
          label={t('settings.language')}
          value={language}
          options={[
            { value: 'system', label: t('settings.language.system') },
            { value: 'en', label: t('settings.language.en') },
            { value: 'ar', label: t('settings.language.ar') },
          ]}
          onChange={(chosen) => preferences.set({ language: chosen })}
        />
      </Section>
    </SettingsPage>
  );
}
