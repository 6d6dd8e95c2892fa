import type { ShownMessage } from '@parley/sdk';
import { Ellipsis } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { cx } from '../../ui/cx.ts';
import type { MessageHost } from './message-subject.ts';
import { Slot } from './slot.tsx';
import { firstInToolbar, messageActions } from './slots.tsx';
import { toolbarButtonClass } from './toolbar-button.ts';
import { openContextMenu } from '../../ui/open-context-menu.ts';

/** What is done most with a message, and the way to the rest. */
export function MessageToolbar(props: {
  message: ShownMessage;
  mine: boolean;
  mayDeleteAll: boolean;
  host: MessageHost;
}) {
  const { message, mine, host } = props;
  const { t } = useSpeech();
  const subject = { ...props, t };
  return (
    <div
      className={cx(
        'absolute -top-7 z-10 flex rounded-lg bg-raised shadow-floating',
        mine ? 'end-1' : 'start-1',
      )}
      data-testid="toolbar"
    >
      <Slot of={firstInToolbar} with={{ message, mine, host }} />
      {messageActions
        .filter(({ beside, applies }) => beside && applies(subject))
        .map(({ id, label, icon: Icon, run }) => (
          <button
            key={id}
            type="button"
            className={toolbarButtonClass}
            aria-label={t(label)}
            data-tip={t(label)}
            onClick={() => run(subject)}
          >
            <Icon size={16} aria-hidden />
          </button>
        ))}
      <button
        type="button"
        className={toolbarButtonClass}
        aria-label={t('message.actions')}
        data-tip={t('message.actions')}
        aria-haspopup="menu"
        onClick={(event) => openContextMenu(event.currentTarget)}
      >
        <Ellipsis size={16} aria-hidden />
      </button>
    </div>
  );
}
