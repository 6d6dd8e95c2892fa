import { Link, Navigate, Outlet, useMatchRoute } from '@tanstack/react-router';
import {
  ChevronLeft,
  Database,
  EyeOff,
  Keyboard,
  KeyRound,
  type LucideIcon,
  Palette,
  UserRound,
} from 'lucide-react';
import type { PlainKey } from '../../i18n/catalog.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { cx } from '../../ui/cx.ts';
import { iconButtonClass } from '../../ui/icon-button.tsx';
import { moveFocus } from '../../ui/move-focus.ts';
import { useWideScreen } from '../../use-wide-screen.ts';

interface Part {
  readonly to:
    | '/settings/profile'
    | '/settings/security'
    | '/settings/privacy'
    | '/settings/appearance'
    | '/settings/shortcuts'
    | '/settings/data';
  readonly label: PlainKey;
  readonly icon: LucideIcon;
}

const parts: readonly Part[] = [
  { to: '/settings/profile', label: 'settings.profile', icon: UserRound },
  { to: '/settings/security', label: 'settings.security', icon: KeyRound },
  { to: '/settings/privacy', label: 'settings.privacy', icon: EyeOff },
  { to: '/settings/appearance', label: 'settings.appearance', icon: Palette },
  { to: '/settings/shortcuts', label: 'shortcuts.title', icon: Keyboard },
  { to: '/settings/data', label: 'settings.data', icon: Database },
];

/** The parts of the settings and the open one: side by side, or one at a time on a narrow screen. */
export function SettingsLayout() {
  const { t } = useSpeech();
  const atHome = useMatchRoute()({ to: '/settings' }) !== false;
  const Heading = atHome ? 'h1' : 'p';
  return (
    <main className="grid h-full grid-cols-1 grid-rows-1 md:grid-cols-[minmax(240px,280px)_minmax(0,1fr)]">
      <div
        className={cx('min-h-0 flex-col border-e border-line bg-sidebar md:flex', atHome ? 'flex' : 'hidden')}
      >
        <header className="flex items-center gap-1 px-2.5 pt-3 pb-2">
          <Link to="/" className={iconButtonClass()} aria-label={t('action.back')}>
            <ChevronLeft size={20} className="rtl:-scale-x-100" aria-hidden />
          </Link>
          <Heading className="text-lg font-semibold tracking-tight">{t('settings.title')}</Heading>
        </header>
        {/* Arrow keys move through the links in it. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
        <nav
          className="grid gap-px overflow-y-auto px-2 pb-3"
          aria-label={t('settings.label')}
          onKeyDown={(event) => moveFocus(event, 'a')}
        >
          {parts.map(({ to, label, icon: Icon }) => (
            <Link
              key={to}
              to={to}
              className="flex h-9 items-center gap-3 rounded-lg px-3 text-sm font-medium text-soft transition-colors hover:bg-hover hover:text-fg focus-visible:-outline-offset-2 aria-[current]:bg-selected aria-[current]:text-fg max-md:h-11"
            >
              <Icon size={17} aria-hidden />
              {t(label)}
            </Link>
          ))}
        </nav>
      </div>
      <div className={cx('min-h-0 min-w-0 overflow-y-auto bg-surface md:block', atHome ? 'hidden' : 'block')}>
        <Outlet />
      </div>
    </main>
  );
}

/** Without a part in the address: the list of them where that fills the screen, else the first. */
export function SettingsHome() {
  const wide = useWideScreen();
  return wide ? <Navigate to="/settings/profile" replace /> : null;
}
