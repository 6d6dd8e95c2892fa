import { type Conversation, may, type Presence, type Role, type User } from '@parley/contract';
import type { ListedMember } from '@parley/sdk';
import { useMembers, usePresence, useSession } from '@parley/sdk/react';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { fetched } from '../../ui/fetched.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useNow } from '../../use-now.ts';
import type { ConversationDialogProps } from '../conversations/conversation-dialog.ts';
import { presenceText } from '../presence/presence-text.ts';
import { Avatar } from '../users/avatar.tsx';
import { nameOf } from '../users/names.ts';
import { usePeople } from '../users/use-people.ts';
import { MemberMenu } from './member-menu.tsx';

const AddPeople = fetched<ConversationDialogProps>(() => import('./add-people.tsx'));

const ranks: Readonly<Record<Role, number>> = { owner: 0, admin: 1, member: 2 };

/** Who is in a group. */
export function Members({ conversation }: { conversation: Conversation }) {
  const conversationId = conversation.id;
  const { t } = useSpeech();
  const viewerId = useSession()?.user.id;
  const [adding, setAdding] = useState(false);
  const { status, members, hasMore, loadMore } = useMembers(conversationId);
  const joined = usePeople(members.flatMap(({ user, userId }) => (user === null ? [userId] : [])));
  const presences = usePresence(members.map(({ userId }) => userId));
  if (status === 'loading') return <SkeletonRows label={t('members.loading')} />;
  return (
    <section className="grid gap-1 px-2">
      <div className="flex items-center justify-between ps-3 pe-1">
        <h3 className="text-xs font-semibold text-faint">{t('members.title')}</h3>
        {may(conversation.role, 'addMembers') && (
          <IconButton label={t('members.add')} onClick={() => setAdding(true)}>
            <UserPlus size={17} aria-hidden />
          </IconButton>
        )}
      </div>
      {adding && <AddPeople conversation={conversation} onClose={() => setAdding(false)} />}
      <ul>
        {byRole(members).map(({ userId, user, role }) => (
          <MemberRow
            key={userId}
            conversation={conversation}
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
          onClick={() => void loadMore().catch(() => {})}
        >
          {t('members.more')}
        </Button>
      )}
    </section>
  );
}

/** The owner first, then admins, then the others, each as they are listed. */
function byRole(members: readonly ListedMember[]): ListedMember[] {
  return members.toSorted((a, b) => ranks[a.role] - ranks[b.role]);
}

function MemberRow(props: {
  conversation: Conversation;
  id: string;
  user: User | undefined;
  role: Role;
  presence: Presence | undefined;
  me: boolean;
}) {
  const { conversation, id, user, role, presence, me } = props;
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
      {user !== undefined && <MemberMenu conversation={conversation} user={user} role={role} me={me} />}
    </li>
  );
}
