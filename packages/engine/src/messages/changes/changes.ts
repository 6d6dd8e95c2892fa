import type { Change, Changes, ChangesSince, Message, Viewer } from '@parley/contract';
import { notMember } from '../../access.ts';
import { conversationInfoOf, memberOf, readStateOf } from '../../conversations/rows.ts';
import type { Database } from '../../db/database.ts';
import { withOwnReactions } from '../../reactions/own.ts';
import { messageOf } from '../rows.ts';
import { type ChangedRows, changedRows } from './queries.ts';

/**
 * What changed in a conversation since what the viewer holds (rules 13 to 15 of the protocol).
 * @throws NOT_MEMBER
 */
export async function changes(db: Database, viewer: Viewer, input: ChangesSince): Promise<Changes> {
  const { conversationId, since, limit } = input;
  const found = await changedRows(db, conversationId, viewer.userId, since, limit + 1);
  if (found === undefined) throw notMember();
  const { epoch, conversation, member, memberCount } = found;
  if (epoch !== input.epoch || since > conversation.last_seq) return { type: 'reset', epoch };
  if (member.joined_seq !== input.joinedSeq && conversation.history === 'from-joining') {
    return { type: 'rejoin', epoch, joinedSeq: member.joined_seq };
  }
  const seen = await withOwnReactions(db, viewer.userId, found.messages.map(messageOf));
  const all = changesOf(found, seen, since);
  const rows = all.slice(0, limit);
  const more = all.length > limit;
  const last = rows.at(-1)?.seq;
  return {
    type: 'page',
    epoch,
    rows,
    upTo: more && last !== undefined ? last : conversation.last_seq,
    more,
    lastSeq: conversation.last_seq,
    memberCount,
    role: member.role,
    joinedSeq: member.joined_seq,
    joinedPosition: member.joined_position,
    read: readStateOf(conversation, member),
  };
}

/** The rows by seq: each kind comes complete up to the limit, so their union does as well. */
function changesOf(
  { conversation, members }: ChangedRows,
  messages: readonly Message[],
  since: number,
): Change[] {
  const rows: Change[] = [
    ...members.map((row) => ({ type: 'member' as const, seq: row.seq, member: memberOf(row) })),
    ...messages.map((message) => ({ type: 'message' as const, seq: message.seq, message })),
  ];
  if (conversation.changed_seq > since) {
    const seq = conversation.changed_seq;
    rows.push({ type: 'conversation', seq, conversation: conversationInfoOf(conversation) });
  }
  return rows.sort((a, b) => a.seq - b.seq);
}
