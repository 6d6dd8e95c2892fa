import type { Conversation } from '@parley/contract';
import type { Translate } from '../../i18n/translate.ts';
import { nameOf } from '../users/names.ts';

/** What a conversation is called: the other person, or the group's title. */
export function titleOf({ kind, peer, title }: Conversation, t: Translate): string {
  if (kind === 'direct') return nameOf(peer, t);
  return title ?? t('chats.group');
}

/** Whom the conversation's colour belongs to. */
export function avatarIdOf({ id, peer }: Conversation): string {
  return peer?.id ?? id;
}

/** The picture of the other person, or of the group. */
export function pictureOf({ kind, peer, avatar }: Conversation): string | null {
  return kind === 'direct' ? (peer?.avatar ?? null) : avatar;
}
