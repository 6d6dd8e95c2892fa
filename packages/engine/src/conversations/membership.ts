import { limits, newId, type Notice, ParleyError } from '@parley/contract';
import type { Selectable } from 'kysely';
import { notMember } from '../access.ts';
import type { MembersTable } from '../db/tables.ts';
import { deleteInvitationsIn } from '../invitations/queries.ts';
import { insertMessage, type MessageRow } from '../messages/queries.ts';
import { messageOf } from '../messages/rows.ts';
import { dropOwn } from '../settings/queries.ts';
import { readWhileAway } from '../threads/queries.ts';
import type { ConversationChange } from './change.ts';
import { findMember, findMembers, findSuccessor, saveMembers, updateMember } from './queries.ts';
import { memberOf } from './rows.ts';

/**
 * The viewer's own membership, under the lock.
 * @throws NOT_MEMBER
 */
export async function ownMember(
  change: ConversationChange,
  userId: string,
): Promise<Selectable<MembersTable>> {
  const member = await findMember(change.trx, change.conversation.id, userId);
  if (member === undefined || member.left_at !== null) throw notMember();
  return member;
}

/**
 * Adds people who are not in, each as one change, and leaves the others as they are.
 * @returns who was added
 * @throws CONFLICT when there is no room for them
 */
export async function join(
  change: ConversationChange,
  people: readonly { userId: string; role: MembersTable['role'] }[],
): Promise<string[]> {
  const { conversation } = change;
  const known = await findMembers(
    change.trx,
    conversation.id,
    people.map(({ userId }) => userId),
  );
  const present = new Set(known.filter((member) => member.left_at === null).map((member) => member.user_id));
  // In the order of ids, as all locks are taken.
  const newcomers = people
    .filter(({ userId }) => !present.has(userId))
    .toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
  if (newcomers.length === 0) return [];
  const room = limits.membersPerGroup - (await change.members());
  if (newcomers.length > room) {
    const reason = room <= 0 ? 'it is full' : `it has room for ${room} more`;
    throw new ParleyError('CONFLICT', `unable to add to the group; ${reason}`);
  }
  const rows = newcomers.map(({ userId, role }) => {
    const seq = change.nextSeq();
    return {
      conversation_id: conversation.id,
      user_id: userId,
      role,
      joined_seq: seq,
      joined_position: conversation.last_position,
      read_position: conversation.last_position,
      read_ordinal: conversation.last_ordinal,
      left_at: null,
      seq,
    };
  });
  const returning = known.filter((member) => !present.has(member.user_id)).map((member) => member.user_id);
  if (returning.length > 0) await readWhileAway(change.trx, conversation.id, returning);
  const saved = await saveMembers(change.trx, rows);
  for (const row of saved.toSorted((a, b) => a.seq - b.seq)) {
    change.record({ type: 'member', seq: row.seq, member: memberOf(row) });
  }
  return newcomers.map(({ userId }) => userId);
}

/**
 * Ends a membership, with the invitations the member made, and passes on ownership when it was the owner's.
 * @param removed whether somebody else ends it: then the person cannot come back unless they are added
 * @returns who became owner, if somebody did
 */
export async function part(
  change: ConversationChange,
  member: Selectable<MembersTable>,
  removed = false,
): Promise<string | null> {
  const { id, kind } = change.conversation;
  await change.members();
  if (kind === 'group') await deleteInvitationsIn(change.trx, id, member.user_id);
  const seq = change.nextSeq();
  const row = await updateMember(change.trx, id, member.user_id, { left_at: change.at, removed, seq });
  // Under the lock of the member row, as both are written.
  await dropOwn(change.trx, id, member.user_id);
  change.record({ type: 'member', seq, member: memberOf(row) });
  if (member.role !== 'owner') return null;
  const successor = await findSuccessor(change.trx, id, member.user_id);
  if (successor === undefined) return null;
  await changeRole(change, successor, 'owner');
  return successor.user_id;
}

/** Gives a member another role, as one change. */
export async function changeRole(
  change: ConversationChange,
  { conversation_id, user_id }: Selectable<MembersTable>,
  role: MembersTable['role'],
): Promise<void> {
  const seq = change.nextSeq();
  const row = await updateMember(change.trx, conversation_id, user_id, { role, seq });
  change.record({ type: 'member', seq, member: memberOf(row) });
}

/**
 * Has somebody leave a group: ends their membership and says so, and who owns it then.
 * @returns who became owner, if somebody did
 */
export async function leaveGroup(
  change: ConversationChange,
  member: Selectable<MembersTable>,
): Promise<string | null> {
  const { user_id: userId } = member;
  const successor = await part(change, member);
  await addNotice(change, userId, { kind: 'left' });
  if (successor !== null) await addNotice(change, userId, { kind: 'owner', userId: successor });
  await change.notify([userId, ...(successor === null ? [] : [successor])]);
  return successor;
}

/** Adds a system entry to the timeline. It takes a position but does not count as unread. */
export async function addNotice(change: ConversationChange, byUserId: string, notice: Notice): Promise<void> {
  const seq = change.nextSeq();
  const row: MessageRow = {
    conversation_id: change.conversation.id,
    ...change.nextPosition(),
    id: newId(),
    sender_id: byUserId,
    type: 'system',
    content: '',
    metadata: { notice },
    created_at: change.at,
    edited_at: null,
    deleted_at: null,
    seq,
  };
  await insertMessage(change.trx, row);
  change.record({ type: 'message', seq, message: messageOf(row) });
}
