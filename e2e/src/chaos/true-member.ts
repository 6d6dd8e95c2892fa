import {
  type ConversationSettings,
  limits,
  type Member,
  type Message,
  type ReadState,
  type UnreadMentions,
} from '@parley/contract';
import { type ConversationRow, type MemberRow, memberOf, type SettingsRow } from './rows.ts';

/** Somebody who is in a conversation now. */
export interface TrueMember {
  readonly row: Member;
  /** Up to where the timeline is hidden from them. */
  readonly hidden: number;
  /** Counted from the messages, but for how far they have read. */
  readonly read: ReadState;
  readonly deliveredPosition: number;
  /** Null while nothing was ever set, or all is as at first. */
  readonly settings: ConversationSettings | null;
  readonly unread: number;
  /** The unread messages that mention them; null when none does. */
  readonly mentions: UnreadMentions | null;
}

/** What counts as unread is what people wrote, but for replies in threads. */
export function counts({ messageType, thread }: Message): boolean {
  return messageType === 'text' && thread === undefined;
}

export function trueMember(
  row: MemberRow,
  { history }: ConversationRow,
  set: SettingsRow | undefined,
  timeline: readonly Message[],
): TrueMember {
  const counting = timeline.filter(counts);
  const own = counting.filter(({ senderId }) => senderId === row.user_id);
  const upTo = (messages: readonly Message[], last: number) =>
    messages.filter(({ position }) => position <= last).length;
  const ofOthersAfter = (last: number) =>
    counting.length - own.length - (upTo(counting, last) - upTo(own, last));
  const unread = ofOthersAfter(row.read_position);
  const marked = set?.unread_position ?? null;
  const settings: ConversationSettings | null =
    set === undefined
      ? null
      : {
          inboxSeq: set.inbox_seq,
          mutedUntil: set.muted_until?.toISOString() ?? null,
          archived: set.archived,
          pinnedAt: set.pinned_at?.toISOString() ?? null,
          hiddenOrdinal: set.hidden_ordinal,
          unreadFrom:
            marked === null
              ? null
              : { position: marked, ordinal: upTo(counting, marked - 1), sent: upTo(own, marked - 1) },
        };
  return {
    row: memberOf(row),
    hidden: history === 'from-joining' ? row.joined_position : 0,
    read: {
      lastPosition: timeline.at(-1)?.position ?? 0,
      lastOrdinal: counting.length,
      sent: own.length,
      readPosition: row.read_position,
      readOrdinal: upTo(counting, row.read_position),
      readSent: upTo(own, row.read_position),
    },
    deliveredPosition: row.delivered_position,
    settings: settings === null || isAsAtFirst(settings) ? null : settings,
    // Marked as unread it is shown as such, whatever follows.
    mentions: mentionsAfter(row.read_position, row.user_id, timeline),
    unread: marked === null ? unread : Math.max(unread, 1, ofOthersAfter(marked - 1)),
  };
}

function isAsAtFirst(settings: ConversationSettings): boolean {
  const { inboxSeq: _, archived, ...others } = settings;
  return !archived && Object.values(others).every((value) => value === null);
}

function mentionsAfter(
  readPosition: number,
  userId: string,
  timeline: readonly Message[],
): UnreadMentions | null {
  const all = timeline.filter(
    ({ position, senderId, isDeleted, mentions, mentionsAll }) =>
      position > readPosition &&
      senderId !== userId &&
      !isDeleted &&
      (mentionsAll === true || mentions?.includes(userId) === true),
  );
  if (all.length === 0) return null;
  const latest = all.slice(-limits.unreadMentions).map(({ position, senderId }) => ({ position, senderId }));
  return { latest, more: all.length > latest.length };
}
