import { useClient, useSession } from '@parley/sdk/react';
import { useCallback } from 'react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Switch } from '../../ui/switch.tsx';
import { useTask } from '../../use-task.ts';
import { BlockedPeople } from './blocked-people.tsx';
import { Section, SettingsPage } from './page.tsx';
import { useAsked } from '../../use-asked.ts';

/** What others learn about one. */
export function Privacy() {
  const client = useClient();
  const { t } = useSpeech();
  const me = useSession()?.user;
  // What is kept here of oneself may be from before another device changed it.
  const { answer, error } = useAsked(useCallback(() => client.auth.me(), [client]));
  const task = useTask();
  const failed = task.error ?? error;
  const change = (work: () => Promise<unknown>) =>
    void task.run(async () => {
      await work();
    });
  return (
    <SettingsPage title={t('settings.privacy')} text={t('settings.privacy.text')}>
      <Section>
        <Fault text={failed === null ? null : explain(failed, t)} />
        <Switch
          label={t('settings.lastSeen')}
          text={t('settings.lastSeen.text')}
          checked={me?.lastSeenVisible === 'everybody'}
          disabled={task.busy || answer === undefined}
          onChange={(shown) =>
            change(() => client.auth.updateProfile({ lastSeenVisible: shown ? 'everybody' : 'nobody' }))
          }
        />
        <Switch
          label={t('settings.offline')}
          text={t('settings.offline.text')}
          checked={me?.appearsOffline === true}
          disabled={task.busy || answer === undefined}
          onChange={(hidden) => change(() => client.auth.setOnlineStatus({ isOnline: !hidden }))}
        />
        <Switch
          label={t('settings.receipts')}
          text={t('settings.receipts.text')}
          checked={me?.readReceipts === 'everybody'}
          disabled={task.busy || answer === undefined}
          onChange={(shown) =>
            change(() => client.auth.updateProfile({ readReceipts: shown ? 'everybody' : 'nobody' }))
          }
        />
      </Section>
      <BlockedPeople />
    </SettingsPage>
  );
}
