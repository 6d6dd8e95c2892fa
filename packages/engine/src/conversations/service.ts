import { type ConversationsService, ParleyError } from '@parley/contract';
import { accessTo } from '../access.ts';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { inSnapshot } from '../feeds/queries.ts';
import { userOf } from '../users/rows.ts';
import { readCursor, writeCursor } from './activity-cursor.ts';
import { changeConversation } from './change.ts';
import { createConversation } from './create.ts';
import { addNotice, join, manager, ownMember, part, requirePeople } from './membership.ts';
import { findMember, listConversations, listMembers } from './queries.ts';
import { conversationInfoOf, memberOf } from './rows.ts';
import { conversationView, viewOf } from './views.ts';

export function conversationsService(db: Database, bus: Bus): ConversationsService {
  return {
    async create(viewer, input) {
      const { id, created } = await createConversation(db, bus, viewer, input);
      return { ...(await viewOf(db, viewer, id)), created };
    },

    async list(viewer, { cursor, limit }) {
      const after = cursor === undefined ? null : readCursor(cursor);
      const rows = await listConversations(db, viewer.userId, after, limit + 1);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const nextCursor =
        rows.length > limit && last !== undefined ? writeCursor({ at: last.updated_at, id: last.id }) : null;
      return { conversations: page.map(conversationView), nextCursor };
    },

    get: (viewer, { conversationId }) => viewOf(db, viewer, conversationId),

    members(viewer, { conversationId, after, limit }) {
      return inSnapshot(db, async (snapshot) => {
        const { conversation, epoch } = await accessTo(snapshot, conversationId, viewer.userId);
        const rows = await listMembers(snapshot, conversationId, after ?? null, limit + 1);
        const members = rows.slice(0, limit).map((row) => ({ ...memberOf(row), user: userOf(row.user) }));
        const nextAfter = rows.length > limit ? (members.at(-1)?.userId ?? null) : null;
        return { members, nextAfter, epoch, asOf: conversation.last_seq };
      });
    },

    async rename(viewer, { conversationId, title }) {
      await changeConversation(db, bus, conversationId, async (change) => {
        await manager(change, viewer.userId, 'rename the conversation');
        const seq = change.set({ title });
        change.record({ type: 'conversation', seq, conversation: conversationInfoOf(change.conversation) });
        await addNotice(change, viewer.userId, { kind: 'renamed', title });
      });
      return viewOf(db, viewer, conversationId);
    },

    async addMembers(viewer, { conversationId, userIds }) {
      await changeConversation(db, bus, conversationId, async (change) => {
        await manager(change, viewer.userId, 'add people');
        await requirePeople(change, userIds);
        const people = [...new Set(userIds)].map((userId) => ({ userId, role: 'member' as const }));
        const added = await join(change, people);
        if (added.length === 0) return;
        await addNotice(change, viewer.userId, { kind: 'added', userIds: added });
        await change.notify(added);
      });
      return viewOf(db, viewer, conversationId);
    },

    async removeMember(viewer, { conversationId, userId }) {
      await changeConversation(db, bus, conversationId, async (change) => {
        const mine = await manager(change, viewer.userId, 'remove somebody');
        const member = await findMember(change.trx, conversationId, userId);
        if (member === undefined || member.left_at !== null) {
          throw new ParleyError('NOT_FOUND', 'unable to remove the person; they are not in the conversation');
        }
        if (userId === viewer.userId) {
          throw new ParleyError('FORBIDDEN', 'unable to remove yourself; leave the conversation instead');
        }
        if (member.role === 'owner' || (member.role === 'admin' && mine.role !== 'owner')) {
          throw new ParleyError('FORBIDDEN', 'unable to remove the person; their role is not below yours');
        }
        await part(change, member);
        await addNotice(change, viewer.userId, { kind: 'removed', userId });
        await change.notify([userId]);
      });
      return viewOf(db, viewer, conversationId);
    },

    async leave(viewer, { conversationId }) {
      await changeConversation(db, bus, conversationId, async (change) => {
        const member = await ownMember(change, viewer.userId);
        if (change.conversation.kind === 'direct') {
          throw new ParleyError('FORBIDDEN', 'unable to leave; this is a direct conversation');
        }
        const successor = await part(change, member);
        await addNotice(change, viewer.userId, { kind: 'left' });
        await change.notify([viewer.userId, ...(successor === null ? [] : [successor])]);
      });
    },
  };
}
