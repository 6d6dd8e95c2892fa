import type { Message, User } from '@parley/contract';
import { nameOf } from '../users/names.ts';

/** What a system entry says, in words. */
export function noticeText(message: Message, people: ReadonlyMap<string, User>, viewerId: string): string {
  const { notice } = message;
  const who = (id: string) => (id === viewerId ? 'you' : nameOf(people.get(id)));
  const sender = message.senderId === viewerId ? 'You' : nameOf(people.get(message.senderId));
  if (notice === null) return message.content;
  switch (notice.kind) {
    case 'created':
      return `${sender} started the conversation`;
    case 'renamed':
      return `${sender} named the conversation “${notice.title}”`;
    case 'picture':
      return `${sender} changed the picture`;
    case 'description':
      return `${sender} changed what the group is about`;
    case 'public':
      return `${sender} made the group ${notice.isPublic ? 'public' : 'private'}`;
    case 'joined':
      return `${sender} joined`;
    case 'added':
      return `${sender} added ${listed(notice.userIds.map(who))}`;
    case 'removed':
      return `${sender} removed ${who(notice.userId)}`;
    case 'left':
      return `${sender} left`;
    case 'role':
      return notice.role === 'admin'
        ? `${sender} made ${who(notice.userId)} an admin`
        : `${sender} took the role of an admin from ${who(notice.userId)}`;
    case 'owner':
      return `${sender} passed ownership on to ${who(notice.userId)}`;
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

const listFormat = new Intl.ListFormat('en');

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3);
  const rest = names.length - shown.length;
  return listFormat.format(rest > 0 ? [...shown, `${rest} more`] : shown);
}
