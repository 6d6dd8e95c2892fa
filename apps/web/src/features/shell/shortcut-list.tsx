import { Fragment } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Keys } from '../../ui/keys.tsx';
import { keyName, shortcuts } from './shortcuts.ts';

/** Every shortcut and what it does. */
export function ShortcutList() {
  const { t } = useSpeech();
  return (
    <dl className="grid">
      {shortcuts.map(({ does, keys }) => (
        <div
          key={does}
          className="flex items-center justify-between gap-6 border-b border-line py-2 last:border-0"
        >
          <dt className="text-sm">{t(does)}</dt>
          <dd className="flex items-center gap-1.5 text-xs text-faint">
            {keys.map((combination, index) => (
              <Fragment key={combination.join('+')}>
                {index > 0 && t('shortcuts.then')}
                <Keys keys={combination.map(keyName)} />
              </Fragment>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
