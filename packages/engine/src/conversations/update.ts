import { type ConversationUpdate, type Notice, ParleyError, type Viewer } from '@parley/contract';
import type { AuditEvent } from '../audit/events.ts';
import { listPublicly } from '../groups/listing.ts';
import type { ConversationChange, OwnColumns } from './change.ts';
import { addNotice, ownMember } from './membership.ts';
import { requirePermission } from './permission.ts';
import { conversationInfoOf } from './rows.ts';

const task = 'change the conversation';

/**
 * Changes what a group is called, its picture, what it is about, and whether it is public: one change of the conversation, and
 * an entry in the timeline for each of them. What is so already changes nothing.
 * @returns what is to be kept in the audit log
 * @throws NOT_MEMBER, FORBIDDEN, INVALID_INPUT
 */
export async function updateGroup(
  change: ConversationChange,
  viewer: Viewer,
  wanted: Omit<ConversationUpdate, 'conversationId'>,
): Promise<AuditEvent[]> {
  const member = await ownMember(change, viewer.userId);
  const before = change.conversation;
  if (wanted.title !== undefined) requirePermission(before, member, 'rename', 'rename the conversation');
  if (wanted.avatar !== undefined || wanted.description !== undefined)
    requirePermission(before, member, 'update', task);
  if (wanted.isPublic !== undefined) requirePermission(before, member, 'makePublic', task);
  const columns = differing(before, wanted);
  if (Object.keys(columns).length === 0) return [];
  const seq = change.set(columns);
  const { conversation } = change;
  if (conversation.is_public && conversation.title === null) {
    throw new ParleyError('INVALID_INPUT', `unable to ${task}; a public group needs a title`, {
      fields: [{ path: 'isPublic', message: 'needs a title' }],
    });
  }
  change.record({ type: 'conversation', seq, conversation: conversationInfoOf(conversation) });
  for (const notice of noticesOf(columns)) await addNotice(change, viewer.userId, notice);
  if (before.is_public || conversation.is_public) await listPublicly(change);
  if (columns.is_public === undefined) return [];
  const kind = columns.is_public ? 'group-made-public' : 'group-made-private';
  return [{ kind, actorId: viewer.userId, conversationId: conversation.id }];
}

/** What is to become another. */
function differing(
  before: OwnColumns,
  { title, avatar, description, isPublic }: Omit<ConversationUpdate, 'conversationId'>,
): Partial<OwnColumns> {
  return {
    ...(title !== undefined && title !== before.title ? { title } : {}),
    ...(avatar !== undefined && avatar !== before.avatar ? { avatar } : {}),
    ...(description !== undefined && description !== before.description ? { description } : {}),
    ...(isPublic !== undefined && isPublic !== before.is_public ? { is_public: isPublic } : {}),
  };
}

function noticesOf({ title, avatar, description, is_public: isPublic }: Partial<OwnColumns>): Notice[] {
  return [
    ...(title == null ? [] : [{ kind: 'renamed' as const, title }]),
    ...(avatar === undefined ? [] : [{ kind: 'picture' as const }]),
    ...(description === undefined ? [] : [{ kind: 'description' as const }]),
    ...(isPublic === undefined ? [] : [{ kind: 'public' as const, isPublic }]),
  ];
}
