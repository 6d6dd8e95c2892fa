import type { Message } from '@parley/contract';
import { Ellipsis } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { cx } from '../../ui/cx.ts';
import { openMessageMenu } from './use-message-menu.tsx';
import type { MessageHost } from './message-subject.ts';
import { messageActions } from './slots.tsx';

const buttonClass =
  'grid size-8 place-items-center text-soft first:rounded-s-lg last:rounded-e-lg hover:bg-hover hover:text-fg focus-visible:-outline-offset-2';

/** What is done most with a message, and the way to the rest; there while the message is pointed at or focused. */
export function MessageToolbar(props: {
  message: Message;
  mine: boolean;
  mayDeleteAll: boolean;
  host: MessageHost;
}) {
  const { mine } = props;
  const { t } = useSpeech();
  const subject = { ...props, t };
  return (
    <div
      className={cx(
        'invisible absolute -top-7 z-10 flex rounded-lg bg-raised shadow-floating',
        'group-focus-within/message:visible group-hover/message:visible group-focus/message:visible',
        mine ? 'end-1' : 'start-1',
      )}
    >
      {messageActions
        .filter(({ beside, applies }) => beside && applies(subject))
        .map(({ id, label, icon: Icon, run }) => (
          <button
            key={id}
            type="button"
            className={buttonClass}
            aria-label={t(label)}
            data-tip={t(label)}
            onClick={() => run(subject)}
          >
            <Icon size={16} aria-hidden />
          </button>
        ))}
      <button
        type="button"
        className={buttonClass}
        aria-label={t('message.actions')}
        data-tip={t('message.actions')}
        aria-haspopup="menu"
        onClick={(event) => openMessageMenu(event.currentTarget)}
      >
        <Ellipsis size={16} aria-hidden />
      </button>
    </div>
  );
}
