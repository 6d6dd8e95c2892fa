import {
  areDefault,
  type Change,
  type Changes,
  type Conversation,
  type ConversationInfo,
  type ConversationSettings,
  type Frame,
  type Member,
  mentionsAbove,
  mentionsAfter,
  mergeReadStates,
  type Message,
  type ReadState,
  readStateAfter,
  type UnreadMentions,
  unreadOf,
} from '@parley/contract';
import { inOrder } from '../in-order.ts';

/**
 * A conversation's summary after a frame that follows what is known of it, and may begin before. Its `memberCount`
 * needs `countsMembers(frame)`.
 */
export function afterFrame(conversation: Conversation, frame: Frame, viewerId: string): Conversation {
  const rows = newerThan(conversation, frame.rows);
  const next = afterRows(conversation, rows, viewerId);
  const summary = {
    ...next,
    lastSeq: Math.max(conversation.lastSeq, frame.to),
    memberCount: next.memberCount + joinedIn(rows),
  };
  const read = readStateAfter(next.read, messagesOf(rows), viewerId);
  return withRead(summary, read, mentionsIn(conversation, rows, viewerId));
}

/**
 * A summary after a page of changes, which says itself how many members there are and what is read: a page orders by
 * seq, so that an entry edited since comes after later ones, and counting would miss it.
 */
export function afterPage(
  conversation: Conversation,
  page: Extract<Changes, { type: 'page' }>,
  viewerId: string,
): Conversation {
  const rows = newerThan(conversation, page.rows);
  const next = afterRows(conversation, rows, viewerId);
  const current = !page.more && page.lastSeq >= conversation.lastSeq;
  const { memberCount, role, joinedSeq, joinedPosition } = page;
  const summary = {
    ...next,
    ...(current ? { memberCount, role, joinedSeq, joinedPosition } : {}),
    lastSeq: Math.max(conversation.lastSeq, page.upTo),
  };
  const read = mergeReadStates(next.read, page.read);
  return withRead(summary, read, mentionsIn(conversation, rows, viewerId));
}

/** A summary with what its viewer has read, the unread number that follows from it, and what of the unread mentions them. */
export function withRead(
  { mentions: _before, ...conversation }: Conversation,
  read: ReadState,
  mentions: UnreadMentions | null,
): Conversation {
  const unread = mentionsAbove(mentions, read.readPosition);
  return {
    ...conversation,
    read,
    unread: unreadOf(read, conversation.settings?.unreadFrom),
    ...(unread !== null && { mentions: unread }),
  };
}

/** A summary with what its viewer has set, left out while all of it is as at first. */
export function withSettings(
  conversation: Conversation,
  settings: ConversationSettings | null,
): Conversation {
  const { settings: _before, ...rest } = conversation;
  const shown = settings === null || areDefault(settings) ? rest : { ...rest, settings };
  return withRead(shown, conversation.read, conversation.mentions ?? null);
}

function mentionsIn(
  { mentions, read }: Conversation,
  rows: readonly Change[],
  viewerId: string,
): UnreadMentions | null {
  return mentionsAfter(mentions ?? null, messagesOf(rows), viewerId, read.readPosition);
}

/**
 * Whether a frame tells by how many the members have grown. It does when it holds a row for each of its changes, as live ones
 * do. Of a gap that was read, only the latest change of each member is there, so that somebody who joined and was then promoted
 * looks like anybody promoted.
 */
export function countsMembers(frame: Frame): boolean {
  return frame.to - frame.from === frame.rows.length || frame.rows.every((row) => row.type !== 'member');
}

/** Whether the other person of a direct conversation is gone: what is shown of them is to be asked for again. */
export function losesPeer({ peer }: Conversation, { rows }: Frame): boolean {
  return membersOf(rows).some(({ userId, leftAt }) => userId === peer?.id && leftAt !== null);
}

/** Orders by latest activity, the latest first. */
function byActivity(a: Conversation, b: Conversation): number {
  const time = ({ lastMessage, createdAt }: Conversation) => lastMessage?.createdAt ?? createdAt;
  return inOrder(time(b), time(a)) || inOrder(b.id, a.id);
}

/** Orders those that are pinned first, the one pinned last at the top, and then by latest activity. */
export function byPlace(a: Conversation, b: Conversation): number {
  const pinned = ({ settings }: Conversation) => settings?.pinnedAt ?? '';
  return inOrder(pinned(b), pinned(a)) || byActivity(a, b);
}

/** The members among changes. */
export function membersOf(rows: readonly Change[]): Member[] {
  return rows.flatMap((row) => (row.type === 'member' ? row.member : []));
}

/** The messages among changes. */
export function messagesOf(rows: readonly Change[]): Message[] {
  return rows.flatMap((row) => (row.type === 'message' ? row.message : []));
}

function newerThan({ lastSeq }: Conversation, rows: readonly Change[]): readonly Change[] {
  return rows.filter((row) => row.seq > lastSeq);
}

function afterRows(conversation: Conversation, rows: readonly Change[], viewerId: string): Conversation {
  let next = conversation;
  for (const row of rows) {
    if (row.type === 'message') {
      // A reply in a thread is no entry of the conversation itself.
      if (row.message.thread === undefined) {
        next = { ...next, lastMessage: latest(next.lastMessage, row.message) };
      }
    } else if (row.type === 'conversation') next = withInfo(next, row.conversation);
    else if (row.member.userId === viewerId) {
      const { role, joinedSeq, joinedPosition } = row.member;
      next = { ...next, role, joinedSeq, joinedPosition };
    }
  }
  return next;
}

/** What a row leaves out is not so any more. */
function withInfo(conversation: Conversation, info: ConversationInfo): Conversation {
  const { description: _description, isPublic: _isPublic, ...rest } = conversation;
  return { ...rest, ...info };
}

function joinedIn(rows: readonly Change[]): number {
  let joined = 0;
  for (const row of rows) {
    if (row.type !== 'member') continue;
    if (row.member.leftAt !== null) joined -= 1;
    else if (row.member.joinedSeq === row.seq) joined += 1;
  }
  return joined;
}

/** The later entry, or the newer state of the same one. */
function latest(a: Message | null, b: Message): Message {
  if (a === null || b.position > a.position) return b;
  return b.position === a.position && b.seq > a.seq ? b : a;
}
