import { useClient } from '@parley/sdk/react';
import { Link } from '@tanstack/react-router';
import { MessageSquareText } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { iconButtonClass } from '../../ui/icon-button.tsx';

/** The way to the threads one follows, with how much is unread in them. */
export function ThreadsLink() {
  const { t, formats } = useSpeech();
  const { followed } = useClient().threads;
  const unread = useSyncExternalStore(followed.subscribe, () => followed.getSnapshot().unread);
  const label = unread > 0 ? t('thread.followed.unread', { count: unread }) : t('thread.followed');
  return (
    <Link
      to="/my/threads"
      className={iconButtonClass('relative aria-[current=page]:bg-hover aria-[current=page]:text-fg')}
      data-tip={label}
      data-testid="threads-link"
    >
      <MessageSquareText size={18} aria-hidden />
      <span className="sr-only">{label}</span>
      {unread > 0 && (
        <span
          className="absolute end-0 top-0 min-w-4 rounded-full bg-accent px-1 text-center text-2xs font-semibold text-on-accent tabular-nums"
          aria-hidden
        >
          {formats.number(unread)}
        </span>
      )}
    </Link>
  );
}
