import { Search, SquarePen } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Keys } from '../../ui/keys.tsx';
import { AccountMenu } from '../auth/account-menu.tsx';
import { SavedLink } from '../saved/saved-link.tsx';
import { useShell } from '../shell/shell.ts';
import { paletteKeys } from '../shell/shortcuts.ts';
import { ThreadsLink } from '../threads/threads-link.tsx';
import { ConversationList } from './conversation-list.tsx';

/** One's conversations, what finds and starts them, and who one is. Its heading is the page's while nothing else is open. */
export function Sidebar({ openId, home }: { openId: string | null; home: boolean }) {
  const { t } = useSpeech();
  const shell = useShell();
  // A page has one heading of the first level: that of what is open beside it, if anything is.
  const Heading = home ? 'h1' : 'h2';
  return (
    <section
      aria-label={t('chats.title')}
      className="flex min-h-0 min-w-0 flex-col border-e border-line bg-sidebar"
    >
      <header className="flex items-center justify-between ps-5 pe-3 pt-3 pb-2">
        <Heading className="text-lg font-semibold tracking-tight">{t('chats.title')}</Heading>
        <div className="flex">
          <ThreadsLink />
          <SavedLink />
          <IconButton label={t('chats.new')} onClick={() => shell.show('new')}>
            <SquarePen size={18} aria-hidden />
          </IconButton>
        </div>
      </header>
      <div className="px-3 pb-2">
        <button
          type="button"
          className="flex h-9 w-full items-center gap-2 rounded-lg border border-line bg-surface px-2.5 text-sm text-faint transition-colors hover:border-line-strong"
          onClick={() => shell.show('palette')}
        >
          <Search size={16} aria-hidden />
          <span className="flex-1 truncate text-start">{t('chats.jump')}</span>
          <span className="max-md:hidden" aria-hidden>
            <Keys keys={paletteKeys()} />
          </span>
        </button>
      </div>
      <ConversationList openId={openId} onStart={() => shell.show('new')} />
      <AccountMenu />
    </section>
  );
}
