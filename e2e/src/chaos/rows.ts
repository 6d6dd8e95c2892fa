import type { ConversationInfo, Member, Message } from '@parley/contract';

// What is stored, as everybody should get it: written anew from what the contract says, not taken from the engine.

/** What a message carries beside its text, once there is something. */
type Extras = Pick<
  Message,
  'replyTo' | 'reactions' | 'pinned' | 'thread' | 'replies' | 'mentions' | 'mentionsAll'
>;

/** Numbers are cast to `int` by whoever reads them; JSON comes parsed. */
export interface MessageRow {
  conversation_id: string;
  position: number;
  ordinal: number;
  seq: number;
  id: string;
  sender_id: string;
  type: 'text' | 'system';
  content: string;
  metadata: (Extras & { notice?: Message['notice'] }) | null;
  created_at: Date;
  edited_at: Date | null;
  deleted_at: Date | null;
}

export function messageOf(row: MessageRow): Message {
  const { notice, ...extras } = row.metadata ?? {};
  const { edited_at: editedAt, deleted_at: deletedAt } = row;
  return {
    conversationId: row.conversation_id,
    position: row.position,
    ordinal: row.ordinal,
    seq: row.seq,
    id: row.id,
    senderId: row.sender_id,
    messageType: row.type,
    content: row.content,
    notice: notice ?? null,
    createdAt: row.created_at.toISOString(),
    editedAt: editedAt?.toISOString() ?? null,
    deletedAt: deletedAt?.toISOString() ?? null,
    isEdited: editedAt !== null,
    isDeleted: deletedAt !== null,
    ...extras,
  };
}

export interface MemberRow {
  conversation_id: string;
  user_id: string;
  role: Member['role'];
  joined_seq: number;
  joined_position: number;
  read_position: number;
  delivered_position: number;
  left_at: Date | null;
  seq: number;
}

export function memberOf(row: MemberRow): Member {
  return {
    conversationId: row.conversation_id,
    userId: row.user_id,
    role: row.role,
    joinedSeq: row.joined_seq,
    joinedPosition: row.joined_position,
    leftAt: row.left_at?.toISOString() ?? null,
    seq: row.seq,
  };
}

export interface ConversationRow {
  id: string;
  kind: ConversationInfo['kind'];
  title: string | null;
  avatar: string | null;
  history: ConversationInfo['history'];
  created_by: string;
  created_at: Date;
  changed_seq: number;
  last_seq: number;
  description: string | null;
  is_public: boolean;
  /** How many members are said to be in it; null where that is not kept. */
  counted: number | null;
  closed: boolean;
}

/** `updatedAt` moves with every message, and is not sent with each. */
export type StableInfo = Omit<ConversationInfo, 'updatedAt'>;

export function infoOf(row: ConversationRow): StableInfo {
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    avatar: row.avatar,
    history: row.history,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    changedSeq: row.changed_seq,
    ...(row.description === null ? {} : { description: row.description }),
    ...(row.is_public ? { isPublic: true } : {}),
  };
}

export interface SettingsRow {
  conversation_id: string;
  user_id: string;
  inbox_seq: number;
  muted_until: Date | null;
  archived: boolean;
  pinned_at: Date | null;
  hidden_ordinal: number | null;
  unread_position: number | null;
}
