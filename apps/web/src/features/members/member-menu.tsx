import { type Conversation, mayActOn, maySetRole, mayStepDown, type Role, type User } from '@parley/contract';
import { useBlocks, useClient } from '@parley/sdk/react';
import { Ban, Crown, Ellipsis, MessageCircle, Shield, ShieldOff, UserMinus } from 'lucide-react';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { explain } from '../../explain.ts';
import type { PlainKey } from '../../i18n/catalog.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { iconButtonClass } from '../../ui/icon-button.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import { toast } from '../../ui/toast.tsx';
import type { MenuEntry } from '../../ui/use-menu.tsx';
import { useBlocking } from '../blocks/use-blocking.tsx';
import { nameOf } from '../users/names.ts';

interface Props {
  readonly conversation: Conversation;
  readonly user: User;
  readonly role: Role;
  readonly me: boolean;
}

/** What the viewer may do about somebody in a group. */
export function MemberMenu(props: Props) {
  const { t } = useSpeech();
  const { user, me } = props;
  const [asked, setAsked] = useState<Asked | null>(null);
  const { block, unblock, dialog } = useBlocking();
  const blocked = useBlocks().userIds.has(user.id);
  const groupEntries = useGroupEntries(props, setAsked);
  const talk = useTalk(user);
  const entries: MenuEntry[] = me
    ? groupEntries
    : [
        { id: 'talk', label: t('person.talk'), icon: <MessageCircle size={16} aria-hidden />, run: talk },
        ...groupEntries,
        {
          id: 'block',
          label: blocked ? t('person.unblock') : t('person.block'),
          icon: <Ban size={16} aria-hidden />,
          danger: !blocked,
          apart: true,
          run: () => (blocked ? unblock(user) : block(user)),
        },
      ];
  if (entries.length === 0) return null;
  const label = t('person.actions', { name: nameOf(user, t) });
  return (
    <>
      <MenuButton
        label={label}
        aria-label={label}
        className={iconButtonClass('size-8')}
        align="end"
        entries={() => entries}
      >
        <Ellipsis size={16} aria-hidden />
      </MenuButton>
      {dialog}
      {asked !== null && <ConfirmDialog {...asked} onClose={() => setAsked(null)} />}
    </>
  );
}

type Asked = Omit<Parameters<typeof ConfirmDialog>[0], 'onClose'>;

/** What of a group's roles and members the viewer may change about somebody. */
function useGroupEntries({ conversation, user, role, me }: Props, ask: (asked: Asked) => void): MenuEntry[] {
  const client = useClient();
  const { t } = useSpeech();
  const own = conversation.role;
  const of = { conversationId: conversation.id, userId: user.id };
  const name = nameOf(user, t);
  const give = (next: Role) => {
    client.conversations.setRole({ ...of, role: next }).catch((error: unknown) => toast(explain(error, t)));
  };
  const entry = (label: PlainKey, icon: ReactNode, run: () => void): MenuEntry => ({
    id: label,
    label: t(label),
    icon,
    run,
  });
  const entries: MenuEntry[] = [];
  if (me) {
    if (mayStepDown(own, 'member')) {
      entries.push(entry('role.stepDown', <ShieldOff size={16} aria-hidden />, () => give('member')));
    }
    return entries;
  }
  if (role !== 'admin' && maySetRole(own, role, 'admin')) {
    entries.push(entry('role.makeAdmin', <Shield size={16} aria-hidden />, () => give('admin')));
  }
  if (role === 'admin' && maySetRole(own, role, 'member')) {
    entries.push(entry('role.makeMember', <ShieldOff size={16} aria-hidden />, () => give('member')));
  }
  if (maySetRole(own, role, 'owner')) {
    const passOn = async () => {
      await client.conversations.setRole({ ...of, role: 'owner' });
    };
    const asked = {
      title: t('role.passOn.title', { name }),
      text: t('role.passOn.text'),
      confirm: t('role.passOn.submit'),
    };
    entries.push(
      entry('role.passOn', <Crown size={16} aria-hidden />, () => ask({ ...asked, onConfirm: passOn })),
    );
  }
  if (mayActOn(own, 'removeMember', role)) {
    const remove = async () => {
      await client.conversations.removeMember(of);
    };
    const asked = {
      title: t('members.remove.title', { name }),
      text: t('members.remove.text'),
      confirm: t('members.remove.submit'),
    };
    entries.push({
      ...entry('members.remove', <UserMinus size={16} aria-hidden />, () =>
        ask({ ...asked, onConfirm: remove }),
      ),
      danger: true,
      apart: true,
    });
  }
  return entries;
}

/** Opens the direct conversation with somebody. */
function useTalk(user: User): () => void {
  const client = useClient();
  const navigate = useNavigate();
  const { t } = useSpeech();
  return () => {
    client.conversations.create({ participantIds: [user.id] }).then(
      ({ id }) => navigate({ to: '/c/$conversationId', params: { conversationId: id } }),
      (error: unknown) => toast(explain(error, t)),
    );
  };
}
