import { type Conversation, type User, unreadOf, type Viewer } from '@parley/contract';
import { hiddenUpTo, notMember } from '../access.ts';
import type { Database } from '../db/database.ts';
import { inSnapshot } from '../feeds/queries.ts';
import { latestMessages } from '../messages/queries.ts';
import { messageOf } from '../messages/rows.ts';
import { findUsers } from '../users/queries.ts';
import { userOf } from '../users/rows.ts';
import { type ConversationRow, findConversation } from './queries.ts';
import { conversationInfoOf, readStateOf } from './rows.ts';

/**
 * Conversations as the viewer sees them, with their latest entry and the other person of direct ones. Call it in the
 * snapshot the rows are of: whoever is removed meanwhile sees nothing of what came after.
 */
export async function viewsOf(db: Database, rows: readonly ConversationRow[]): Promise<Conversation[]> {
  if (rows.length === 0) return [];
  const messages = await latestMessages(
    db,
    rows.map((row) => row.id),
  );
  const users = await findUsers(
    db,
    rows.flatMap((row) => row.peer_id ?? []),
  );
  const latest = new Map(messages.map((message) => [message.conversation_id, messageOf(message)]));
  const peers = new Map<string | null, User>(users.map((user) => [user.id, userOf(user)]));
  return rows.map((row) => {
    const read = readStateOf(row, row.member);
    const lastMessage = latest.get(row.id) ?? null;
    const hidden = hiddenUpTo(row, row.member);
    return {
      ...conversationInfoOf(row),
      epoch: row.epoch,
      lastSeq: row.last_seq,
      memberCount: row.member_count,
      peer: peers.get(row.peer_id) ?? null,
      lastMessage: lastMessage !== null && lastMessage.position > hidden ? lastMessage : null,
      role: row.member.role,
      joinedSeq: row.member.joined_seq,
      joinedPosition: row.member.joined_position,
      read,
      unread: unreadOf(read),
    };
  });
}

/** @throws NOT_MEMBER */
export function viewOf(db: Database, viewer: Viewer, conversationId: string): Promise<Conversation> {
  return inSnapshot(db, async (snapshot) => {
    const row = await findConversation(snapshot, conversationId, viewer.userId);
    const [view] = await viewsOf(snapshot, row === undefined ? [] : [row]);
    if (view === undefined) throw notMember();
    return view;
  });
}
