import { Outlet, useMatch, useParams } from '@tanstack/react-router';
import { MessagesSquare } from 'lucide-react';
import { Activity } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { cx } from '../../ui/cx.ts';
import { Empty } from '../../ui/empty.tsx';
import { Keys } from '../../ui/keys.tsx';
import { useWideScreen } from '../../use-wide-screen.ts';
import { paletteKeys } from '../shell/shortcuts.ts';
import { Sidebar } from './sidebar.tsx';

/** The list of conversations and the open one: side by side, or one at a time on a narrow screen. */
export function ChatLayout() {
  const { t } = useSpeech();
  const { conversationId } = useParams({ strict: false });
  const open = conversationId !== undefined;
  const wide = useWideScreen();
  const home = useMatch({ from: '/signed-in/chat/', shouldThrow: false }) !== undefined;
  return (
    <main className="grid h-full grid-cols-1 grid-rows-1 md:grid-cols-[minmax(280px,320px)_minmax(0,1fr)]">
      {open && (
        <a
          href="#conversation"
          className="sr-only focus:not-sr-only focus:absolute focus:start-2 focus:top-2 focus:z-20 focus:rounded-lg focus:bg-raised focus:px-3 focus:py-2 focus:text-sm"
          onClick={(event) => {
            event.preventDefault();
            document.getElementById('conversation')?.focus();
          }}
        >
          {t('app.skip')}
        </a>
      )}
      {/* Where it is not to be seen it is made ready once there is time. */}
      <Activity mode={wide || home ? 'visible' : 'hidden'}>
        <Sidebar openId={conversationId ?? null} home={home} />
      </Activity>
      <div
        id="conversation"
        tabIndex={-1}
        className={cx('min-h-0 min-w-0 bg-surface outline-none md:grid', home ? 'hidden' : 'grid')}
      >
        <Outlet />
      </div>
    </main>
  );
}

/** What stands where a conversation would. */
export function NothingOpen() {
  const { t } = useSpeech();
  return (
    <Empty icon={<MessagesSquare />} title={t('chats.nothingOpen')} text={t('chats.nothingOpen.text')}>
      <Keys keys={paletteKeys()} />
    </Empty>
  );
}
