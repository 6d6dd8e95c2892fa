import {
  type Change,
  type Conversation,
  type Frame,
  type Message,
  readStateAfter,
  unreadOf,
} from '@parley/contract';

/**
 * A conversation after a frame that follows what is known of it, and may begin before. Its `memberCount` needs
 * `countsMembers(frame)`.
 */
export function applyFrame(conversation: Conversation, frame: Frame, viewerId: string): Conversation {
  const rows = frame.rows.filter((row) => row.seq > conversation.lastSeq);
  let next: Conversation = { ...conversation, lastSeq: frame.to };
  const messages: Message[] = [];
  for (const row of rows) {
    if (row.type === 'message') messages.push(row.message);
    else if (row.type === 'conversation') next = { ...next, ...row.conversation };
    else if (row.member.userId === viewerId) {
      const { role, joinedSeq, joinedPosition } = row.member;
      next = { ...next, role, joinedSeq, joinedPosition };
    }
  }
  const read = readStateAfter(next.read, messages, viewerId);
  return {
    ...next,
    memberCount: next.memberCount + joinedIn(rows),
    lastMessage: messages.reduce(latest, next.lastMessage),
    read,
    unread: unreadOf(read),
  };
}

/**
 * Whether the frame tells by how many the members have grown. It does when it holds a single change: of several, only
 * the latest of each member is there, so that somebody who joined and was then promoted looks like anybody promoted.
 */
export function countsMembers(frame: Frame): boolean {
  return frame.to - frame.from <= 1 || frame.rows.every((row) => row.type !== 'member');
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
