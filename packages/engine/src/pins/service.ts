import {
  limits,
  may,
  type MessageRef,
  ParleyError,
  type PinList,
  type Pins,
  type PinsService,
  type StoredMessage,
  type Viewer,
} from '@parley/contract';
import type { Selectable } from 'kysely';
import { accessTo, hiddenUpTo } from '../access.ts';
import type { Bus } from '../bus/bus.ts';
import type { ConversationChange } from '../conversations/change.ts';
import type { Database } from '../db/database.ts';
import type { MembersTable } from '../db/tables.ts';
import { inSnapshot } from '../feeds/queries.ts';
import { changeMessage, remark, requireLiving } from '../messages/amend.ts';
import { messageOf } from '../messages/rows.ts';
import { messageViews } from '../messages/views.ts';
import { countPins, deletePins, insertPin, pinnedMessages } from './queries.ts';

export function pinsService(db: Database, bus: Bus): PinsService {
  return {
    add: (viewer, input) => pin(db, bus, viewer, input),
    remove: (viewer, input) => unpin(db, bus, viewer, input),
    list: (viewer, input) => listPins(db, viewer, input),
  };
}

function pin(db: Database, bus: Bus, viewer: Viewer, input: MessageRef): Promise<StoredMessage> {
  const task = 'pin the message';
  return changeMessage(db, bus, viewer, input, async (change, row, member) => {
    requirePermission(change, member, task);
    await requireLiving(change, row, viewer, task);
    if (row.metadata?.pinned !== undefined) return messageOf(row);
    const { conversation_id, position } = row;
    if ((await countPins(change.trx, conversation_id)) >= limits.pins) {
      throw new ParleyError('CONFLICT', `unable to ${task}; the conversation has ${limits.pins} already`);
    }
    const seq = change.nextSeq();
    await insertPin(change.trx, { conversation_id, position, seq });
    return remark(change, row, seq, { pinned: { at: change.at.toISOString(), by: viewer.userId } });
  });
}

function unpin(db: Database, bus: Bus, viewer: Viewer, input: MessageRef): Promise<StoredMessage> {
  const task = 'take the pin off the message';
  return changeMessage(db, bus, viewer, input, async (change, row, member) => {
    requirePermission(change, member, task);
    if (row.metadata?.pinned === undefined) return messageOf(row);
    await requireLiving(change, row, viewer, task);
    await deletePins(change.trx, row.conversation_id, [row.position]);
    return remark(change, row, change.nextSeq(), { pinned: undefined });
  });
}

/** @throws FORBIDDEN to those whose role in the group may not pin */
function requirePermission(
  { conversation }: ConversationChange,
  member: Selectable<MembersTable>,
  task: string,
): void {
  if (conversation.kind === 'direct' || may(member.role, 'pin')) return;
  throw new ParleyError('FORBIDDEN', `unable to ${task}; your role in the group may not`);
}

/** Of one snapshot with the membership. */
function listPins(db: Database, viewer: Viewer, { conversationId }: PinList): Promise<Pins> {
  return inSnapshot(db, async (snapshot) => {
    const { conversation, member } = await accessTo(snapshot, conversationId, viewer.userId);
    const rows = await pinnedMessages(snapshot, conversationId, hiddenUpTo(conversation, member));
    return { messages: await messageViews(snapshot, viewer, member, rows.map(messageOf)) };
  });
}
