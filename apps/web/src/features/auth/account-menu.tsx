import { useSession } from '@parley/sdk/react';
import { useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown, Keyboard, LogOut, Settings } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import type { MenuEntry } from '../../ui/use-menu.tsx';
import { useShell } from '../shell/shell.ts';
import { Avatar } from '../users/avatar.tsx';
import { nameOf } from '../users/names.ts';

/** Who is signed in, the settings, and the way out. */
export function AccountMenu() {
  const { t } = useSpeech();
  const shell = useShell();
  const navigate = useNavigate();
  const user = useSession()?.user;
  if (user === undefined) return null;
  const name = nameOf(user, t);
  const entries = (): MenuEntry[] => [
    {
      id: 'settings',
      label: t('settings.title'),
      icon: <Settings size={16} aria-hidden />,
      run: () => void navigate({ to: '/settings' }),
    },
    {
      id: 'shortcuts',
      label: t('shortcuts.title'),
      icon: <Keyboard size={16} aria-hidden />,
      run: () => shell.show('shortcuts'),
    },
    {
      id: 'sign-out',
      label: t('auth.signOut'),
      icon: <LogOut size={16} className="rtl:-scale-x-100" aria-hidden />,
      apart: true,
      run: shell.signOut,
    },
  ];
  return (
    <footer className="border-t border-line p-2" data-testid="account">
      <MenuButton
        label={t('settings.account')}
        entries={entries}
        side="top"
        className="flex w-full items-center gap-3 rounded-xl px-3 py-2 text-start transition-colors hover:bg-hover focus-visible:-outline-offset-2 aria-expanded:bg-hover"
      >
        <Avatar id={user.id} name={name} picture={user.avatar} size="small" />
        <span className="grid min-w-0 flex-1 grid-cols-1">
          <span className="truncate text-sm font-medium">
            <bdi>{name}</bdi>
          </span>
          <span className="truncate text-xs text-faint">
            <bdi>{`@${user.username}`}</bdi>
          </span>
        </span>
        <span className="sr-only">{t('settings.account')}</span>
        <ChevronsUpDown size={16} className="text-faint" aria-hidden />
      </MenuButton>
    </footer>
  );
}
