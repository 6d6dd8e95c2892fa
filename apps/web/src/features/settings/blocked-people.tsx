import { useBlocks } from '@parley/sdk/react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useBlocking } from '../blocks/use-blocking.tsx';
import { Avatar } from '../users/avatar.tsx';
import { nameOf } from '../users/names.ts';
import { Section } from './page.tsx';

/** Whom one has blocked. */
export function BlockedPeople() {
  const { t, formats } = useSpeech();
  const { status, blocks } = useBlocks();
  const { unblock } = useBlocking();
  return (
    <Section title={t('settings.blocked')}>
      {status === 'loading' && <SkeletonRows label={t('settings.loading')} />}
      {status === 'ready' && blocks.length === 0 && (
        <p className="text-sm text-faint">{t('settings.blocked.none')}</p>
      )}
      <ul className="grid gap-1 empty:hidden">
        {blocks.map(({ user, blockedAt }) => (
          <li key={user.id} className="flex items-center gap-3 py-1.5" data-testid="blocked">
            <Avatar id={user.id} name={nameOf(user, t)} picture={user.avatar} size="small" />
            <div className="min-w-0 flex-1">
              <p className="truncate text-sm font-medium">
                <bdi>{nameOf(user, t)}</bdi>
              </p>
              <p className="truncate text-xs text-faint">
                {t('settings.blocked.since', { date: formats.date(blockedAt) })}
              </p>
            </div>
            <Button kind="quiet" onClick={() => unblock(user)}>
              {t('person.unblock')}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
