import type { ExportLine } from '@parley/contract';
import type { Selectable } from 'kysely';
import type {
  AuditEventsTable,
  BlocksTable,
  ConversationsTable,
  MembersTable,
  ReactionsTable,
  SavedMessagesTable,
  SessionsTable,
  ThreadFollowersTable,
} from '../../db/tables.ts';
import type { InvitationRow } from '../../invitations/queries.ts';
import { invitationOf } from '../../invitations/rows.ts';
import { extrasOf } from '../../messages/metadata.ts';
import { type DraftRow, draftOf } from '../../drafts/rows.ts';
import type { MessageRow } from '../../messages/queries.ts';
import { messageOf } from '../../messages/rows.ts';
import { type SettingsRow, settingsOf } from '../../settings/rows.ts';

export function sessionLine(row: Selectable<SessionsTable>): ExportLine {
  return {
    type: 'session',
    session: {
      id: row.id,
      device: row.device,
      address: row.address,
      createdAt: row.created_at.toISOString(),
      lastUsedAt: row.last_used_at.toISOString(),
      endedAt: row.ended_at?.toISOString() ?? null,
    },
  };
}

/** One that was left is named as little as it would be anywhere else. */
export function conversationLine(
  row: Selectable<ConversationsTable>,
  member: Selectable<MembersTable>,
): ExportLine {
  return {
    type: 'conversation',
    conversation: {
      id: row.id,
      kind: row.kind,
      title: member.left_at === null ? row.title : null,
      createdAt: row.created_at.toISOString(),
    },
    membership: {
      role: member.role,
      leftAt: member.left_at?.toISOString() ?? null,
      deliveredPosition: Math.max(member.delivered_position, member.read_position),
      readPosition: member.read_position,
      messagesSent: member.sent,
    },
  };
}

export function messageLine(row: MessageRow): ExportLine {
  const { id, conversationId, position, content, createdAt, editedAt, deletedAt, notice } = messageOf(row);
  const { mentions, mentionsAll } = extrasOf(row.metadata);
  return {
    type: 'message',
    message: {
      ...{ id, conversationId, position, content, notice, createdAt, editedAt, deletedAt },
      ...(mentions !== undefined && { mentions }),
      ...(mentionsAll !== undefined && { mentionsAll }),
    },
  };
}

export function threadLine(row: Selectable<ThreadFollowersTable>): ExportLine {
  const { conversation_id: conversationId, root_position: rootPosition, following } = row;
  return {
    type: 'thread',
    thread: { conversationId, rootPosition, following, repliesRead: row.read_ordinal },
  };
}

export function settingsLine(row: SettingsRow): ExportLine {
  const { mutedUntil, archived, pinnedAt, hiddenOrdinal, unreadFrom } = settingsOf(row);
  return {
    type: 'settings',
    settings: {
      conversationId: row.conversation_id,
      ...{ mutedUntil, archived, pinnedAt, hidden: hiddenOrdinal !== null },
      unreadFromPosition: unreadFrom?.position ?? null,
    },
  };
}

export function draftLine(row: DraftRow): ExportLine {
  const { inboxSeq: _seq, ...draft } = draftOf(row);
  return { type: 'draft', draft };
}

export function reactionLine(row: Selectable<ReactionsTable>): ExportLine {
  const { conversation_id: conversationId, position, emoji, reacted_at: at } = row;
  return { type: 'reaction', reaction: { conversationId, position, emoji, reactedAt: at.toISOString() } };
}

export function savedLine(row: Selectable<SavedMessagesTable>): ExportLine {
  const { conversation_id: conversationId, message_id: messageId, saved_at: at } = row;
  return { type: 'saved', saved: { conversationId, messageId, savedAt: at.toISOString() } };
}

export function blockLine(row: Selectable<BlocksTable>): ExportLine {
  return { type: 'block', block: { userId: row.blocked_id, blockedAt: row.created_at.toISOString() } };
}

export function invitationLine(row: InvitationRow): ExportLine {
  const { createdBy: _oneself, ...invitation } = invitationOf(row);
  return { type: 'invitation', invitation };
}

/** Without where somebody else was who did it, and who that was. */
export function auditLine(row: Selectable<AuditEventsTable>, userId: string): ExportLine {
  const byOneself = row.actor_id === userId || row.actor_id === null;
  return {
    type: 'audit',
    audit: {
      at: row.at.toISOString(),
      kind: row.kind,
      byOneself: row.actor_id === userId,
      address: byOneself ? row.address : null,
      conversationId: row.conversation_id,
    },
  };
}
