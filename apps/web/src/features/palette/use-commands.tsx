import { useNavigate, useParams } from '@tanstack/react-router';
import {
  Bookmark,
  CalendarDays,
  Database,
  EyeOff,
  Keyboard,
  KeyRound,
  LogOut,
  type LucideIcon,
  MessageSquareText,
  Monitor,
  Moon,
  Palette,
  SquarePen,
  Sun,
  UserRound,
} from 'lucide-react';
import type { ThemeChoice } from '../../preferences/preferences.ts';
import { preferences } from '../../preferences/device.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { useShell } from '../shell/shell.ts';
import type { Entry } from './entries.ts';

/** What can be done from everywhere. */
export function useCommands(): Entry[] {
  const navigate = useNavigate();
  const shell = useShell();
  const { t } = useSpeech();
  const { conversationId } = useParams({ strict: false });
  const settings = t('settings.title');
  const command = (id: string, title: string, detail: string, Icon: LucideIcon, run: () => void): Entry => ({
    id,
    title,
    detail,
    picture: <Icon size={17} aria-hidden />,
    run,
  });
  const theme = (choice: ThemeChoice) => () => preferences.set({ theme: choice });
  return [
    command('new', t('chats.new'), '', SquarePen, () => shell.show('new')),
    command(
      'threads',
      t('thread.followed'),
      '',
      MessageSquareText,
      () => void navigate({ to: '/my/threads' }),
    ),
    ...(conversationId === undefined
      ? []
      : [command('date', t('date.title'), '', CalendarDays, () => shell.show('date'))]),
    command('saved', t('saved.title'), '', Bookmark, () => void navigate({ to: '/my/saved' })),
    command(
      'profile',
      t('settings.profile'),
      settings,
      UserRound,
      () => void navigate({ to: '/settings/profile' }),
    ),
    command(
      'security',
      t('settings.security'),
      settings,
      KeyRound,
      () => void navigate({ to: '/settings/security' }),
    ),
    command(
      'privacy',
      t('settings.privacy'),
      settings,
      EyeOff,
      () => void navigate({ to: '/settings/privacy' }),
    ),
    command(
      'appearance',
      t('settings.appearance'),
      settings,
      Palette,
      () => void navigate({ to: '/settings/appearance' }),
    ),
    command('data', t('settings.data'), settings, Database, () => void navigate({ to: '/settings/data' })),
    command('light', t('palette.theme.light'), '', Sun, theme('light')),
    command('dark', t('palette.theme.dark'), '', Moon, theme('dark')),
    command('system', t('palette.theme.system'), '', Monitor, theme('system')),
    command('shortcuts', t('shortcuts.title'), '?', Keyboard, () => shell.show('shortcuts')),
    command('sign-out', t('auth.signOut'), '', LogOut, shell.signOut),
  ];
}
