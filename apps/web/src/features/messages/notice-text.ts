import type { Message, User } from '@parley/contract';
import type { Speech } from '../../i18n/speech.ts';
import { nameOf } from '../users/names.ts';

/** What a system entry says, in words. */
export function noticeText(
  message: Message,
  people: ReadonlyMap<string, User>,
  viewerId: string,
  { t, formats }: Pick<Speech, 't' | 'formats'>,
): string {
  const { notice } = message;
  const who = (id: string) => (id === viewerId ? t('person.you.object') : nameOf(people.get(id), t));
  const mine = message.senderId === viewerId;
  const name = nameOf(people.get(message.senderId), t);
  if (notice === null) return message.content;
  switch (notice.kind) {
    case 'created':
      return mine ? t('notice.created.you') : t('notice.created', { name });
    case 'renamed': {
      const { title } = notice;
      return mine ? t('notice.renamed.you', { title }) : t('notice.renamed', { name, title });
    }
    case 'picture':
      return mine ? t('notice.picture.you') : t('notice.picture', { name });
    case 'description':
      return mine ? t('notice.description.you') : t('notice.description', { name });
    case 'public':
      if (notice.isPublic) return mine ? t('notice.public.you') : t('notice.public', { name });
      return mine ? t('notice.private.you') : t('notice.private', { name });
    case 'joined':
      return mine ? t('notice.joined.you') : t('notice.joined', { name });
    case 'added': {
      const added = listed(notice.userIds.map(who), { t, formats });
      return mine ? t('notice.added.you', { people: added }) : t('notice.added', { name, people: added });
    }
    case 'removed': {
      const person = who(notice.userId);
      return mine ? t('notice.removed.you', { person }) : t('notice.removed', { name, person });
    }
    case 'left':
      return mine ? t('notice.left.you') : t('notice.left', { name });
    case 'role': {
      const person = who(notice.userId);
      if (notice.role === 'admin') {
        return mine ? t('notice.admin.you', { person }) : t('notice.admin', { name, person });
      }
      return mine ? t('notice.member.you', { person }) : t('notice.member', { name, person });
    }
    case 'owner': {
      const person = who(notice.userId);
      return mine ? t('notice.owner.you', { person }) : t('notice.owner', { name, person });
    }
  }
}

/** The people an entry needs names for. */
export function peopleIn(message: Message): string[] {
  const { notice, senderId } = message;
  if (notice?.kind === 'added') return [senderId, ...notice.userIds];
  if (notice?.kind === 'removed' || notice?.kind === 'role' || notice?.kind === 'owner') {
    return [senderId, notice.userId];
  }
  return [senderId];
}

function listed(names: readonly string[], { t, formats }: Pick<Speech, 't' | 'formats'>): string {
  const shown = names.slice(0, 3);
  const rest = names.length - shown.length;
  return formats.list(rest > 0 ? [...shown, t('list.more', { count: rest })] : shown);
}
