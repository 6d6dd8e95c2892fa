import type { Conversation } from '@parley/contract';
import { nameOf } from '../users/names.ts';

/** What a conversation is called: the other person, or the group's title. */
export function titleOf({ kind, peer, title }: Conversation): string {
  if (kind === 'direct') return nameOf(peer);
  return title ?? 'Group';
}

/** Whom the conversation's colour belongs to. */
export function avatarIdOf({ id, peer }: Conversation): string {
  return peer?.id ?? id;
}
