import type { Presence, Role, User } from '@parley/contract';
import { useBlocks, useClient, useMembers, useSession } from '@parley/sdk/react';
import { Ban, Ellipsis } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { iconButtonClass } from '../../ui/icon-button.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useNow } from '../../use-now.ts';
import { useBlocking } from '../blocks/use-blocking.tsx';
import { presenceText } from '../presence/presence-text.ts';
import { usePresence } from '../presence/use-presence.ts';
import { Avatar } from '../users/avatar.tsx';
import { nameOf } from '../users/names.ts';
import { usePeople } from '../users/use-people.ts';

/** Who is in a group. */
export function Members({ conversationId }: { conversationId: string }) {
  const { t } = useSpeech();
  const client = useClient();
  const viewerId = useSession()?.user.id;
  const { status, members, hasMore } = useMembers(conversationId);
  const joined = usePeople(members.flatMap(({ user, userId }) => (user === null ? [userId] : [])));
  const presences = usePresence(members.map(({ userId }) => userId));
  if (status === 'loading') return <SkeletonRows label={t('members.loading')} />;
  return (
    <section className="grid gap-1 px-2">
      <h3 className="px-3 text-xs font-semibold text-faint">{t('members.title')}</h3>
      <ul>
        {members.map(({ userId, user, role }) => (
          <MemberRow
            key={userId}
            id={userId}
            user={user ?? joined.get(userId)}
            role={role}
            presence={presences.get(userId)}
            me={userId === viewerId}
          />
        ))}
      </ul>
      {hasMore && (
        <Button
          kind="quiet"
          // What fails is tried again by the next click.
          onClick={() =>
            void client.members
              .open(conversationId)
              .loadMore()
              .catch(() => {})
          }
        >
          {t('members.more')}
        </Button>
      )}
    </section>
  );
}

function MemberRow(props: {
  id: string;
  user: User | undefined;
  role: Role;
  presence: Presence | undefined;
  me: boolean;
}) {
  const { id, user, role, presence, me } = props;
  const speech = useSpeech();
  const { t } = speech;
  const now = useNow();
  const name = nameOf(user, t);
  return (
    <li className="flex items-center gap-3 rounded-xl px-3 py-1.5 hover:bg-hover" data-testid="member">
      <Avatar id={id} name={name} picture={user?.avatar} size="small" status={presence?.status} />
      <span className="grid min-w-0 flex-1 grid-cols-1">
        <span className="truncate text-sm font-medium">
          {me ? t('person.self', { name }) : <bdi>{name}</bdi>}
        </span>
        <span className="truncate text-xs text-faint">
          {presenceText(presence, speech, now) || <bdi>{`@${user?.username ?? ''}`}</bdi>}
        </span>
      </span>
      {role !== 'member' && <Badge tone="plain">{t(role === 'owner' ? 'role.owner' : 'role.admin')}</Badge>}
      {!me && user !== undefined && <MemberMenu user={user} />}
    </li>
  );
}

function MemberMenu({ user }: { user: User }) {
  const { t } = useSpeech();
  const blocked = useBlocks().userIds.has(user.id);
  const { block, unblock, dialog } = useBlocking();
  return (
    <>
      <MenuButton
        label={t('person.actions', { name: nameOf(user, t) })}
        aria-label={t('person.actions', { name: nameOf(user, t) })}
        className={iconButtonClass('size-8')}
        align="end"
        entries={() => [
          {
            id: 'block',
            label: blocked ? t('person.unblock') : t('person.block'),
            icon: <Ban size={16} aria-hidden />,
            danger: !blocked,
            run: () => (blocked ? unblock(user) : block(user)),
          },
        ]}
      >
        <Ellipsis size={16} aria-hidden />
      </MenuButton>
      {dialog}
    </>
  );
}
