import { type Conversation, isMuted, limits, type SettingsSet } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import {
  Archive,
  ArchiveRestore,
  Bell,
  BellOff,
  EyeOff,
  LogOut,
  Mail,
  MailOpen,
  Pin,
  PinOff,
} from 'lucide-react';
import { type ReactNode, useCallback, useState } from 'react';
import { explain, hasCode } from '../../explain.ts';
import type { PlainKey } from '../../i18n/catalog.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { fetched } from '../../ui/fetched.tsx';
import { toast } from '../../ui/toast.tsx';
import type { MenuEntry } from '../../ui/use-menu.tsx';
import { useFetchAhead } from '../../use-fetch-ahead.ts';
import type { ConversationDialogProps } from './conversation-dialog.ts';
import { useLeavePage } from './use-leave-page.ts';

const dialogs = {
  mute: fetched<ConversationDialogProps>(() => import('./mute-dialog.tsx')),
  leave: fetched<ConversationDialogProps>(() => import('./leave-dialog.tsx')),
} as const;
const ahead = Object.values(dialogs).map(({ fetch }) => fetch);

interface Asked {
  readonly about: keyof typeof dialogs;
  readonly conversation: Conversation;
}

/** What one can do with a conversation for oneself, as entries of a menu; `dialog` is to be rendered. */
export function useConversationActions(): {
  readonly entriesOf: (conversation: Conversation) => MenuEntry[];
  readonly dialog: ReactNode;
} {
  const { t } = useSpeech();
  const { set, markRead, markUnread, hide } = useOwnSettings();
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = useCallback(() => setAsked(null), []);
  useFetchAhead(ahead);

  const entry = (label: PlainKey, Icon: typeof Pin, run: () => void): MenuEntry => ({
    id: label,
    label: t(label),
    icon: <Icon size={16} className="rtl:[&.lucide-log-out]:-scale-x-100" aria-hidden />,
    run,
  });
  const entriesOf = (conversation: Conversation): MenuEntry[] => {
    const { settings, unread, lastMessage, kind } = conversation;
    const pinned = settings?.pinnedAt != null;
    const archived = settings?.archived === true;
    const entries = [
      pinned
        ? entry('chats.unpin', PinOff, () => set(conversation, { pinned: false }))
        : entry('chats.pin', Pin, () => set(conversation, { pinned: true })),
      isMuted(settings, Date.now())
        ? entry('chats.unmute', Bell, () => set(conversation, { mutedUntil: null }))
        : entry('chats.mute', BellOff, () => setAsked({ about: 'mute', conversation })),
    ];
    if (unread > 0) entries.push(entry('chats.markRead', MailOpen, () => markRead(conversation)));
    else if (lastMessage !== null) {
      entries.push(entry('chats.markUnread', Mail, () => markUnread(conversation, lastMessage.position)));
    }
    entries.push(
      archived
        ? entry('chats.unarchive', ArchiveRestore, () => set(conversation, { archived: false }))
        : entry('chats.archive', Archive, () => set(conversation, { archived: true })),
      entry('chats.hide', EyeOff, () => hide(conversation)),
    );
    if (kind === 'group') {
      const leave = entry('chats.leave', LogOut, () => setAsked({ about: 'leave', conversation }));
      entries.push({ ...leave, danger: true, apart: true });
    }
    return entries;
  };
  const Dialog = asked === null ? null : dialogs[asked.about];
  const dialog =
    Dialog === null || asked === null ? null : <Dialog conversation={asked.conversation} onClose={close} />;
  return { entriesOf, dialog };
}

/** What one sets for a conversation; says so when it does not work. */
function useOwnSettings() {
  const client = useClient();
  const { t } = useSpeech();
  const leavePage = useLeavePage();
  const attempt = (work: () => Promise<unknown>) =>
    void work().catch((error: unknown) => {
      // There can be too many of one thing only.
      const full = hasCode(error, 'CONFLICT');
      toast(full ? t('chats.pin.full', { count: limits.pinnedConversations }) : explain(error, t));
    });
  return {
    set: ({ id }: Conversation, change: Omit<SettingsSet, 'conversationId'>) =>
      attempt(() => client.settings.set({ conversationId: id, ...change })),
    markRead: ({ id }: Conversation) => attempt(() => client.messages.markRead({ conversationId: id })),
    markUnread: ({ id }: Conversation, position: number) =>
      attempt(async () => {
        await leavePage(id);
        await client.messages.markUnread({ conversationId: id, position });
      }),
    hide: ({ id }: Conversation) =>
      attempt(async () => {
        await leavePage(id);
        await client.settings.set({ conversationId: id, hidden: true });
      }),
  };
}
