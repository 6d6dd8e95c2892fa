import { type ConversationsService, type ConversationView, mayActOn, ParleyError } from '@parley/contract';
import { accessTo } from '../access.ts';
import type { Audit } from '../audit/audit.ts';
import { requireReachable } from '../blocks/reach.ts';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { inSnapshot } from '../feeds/queries.ts';
import { userOf } from '../users/rows.ts';
import { readCursor, writeCursor } from './activity-cursor.ts';
import { auditedChanges } from './audited.ts';
import { changeConversation } from './change.ts';
import { createConversation } from './create.ts';
import { addNotice, join, leaveGroup, part } from './membership.ts';
import { permittedMember } from './permission.ts';
import { type ConversationRow, countUnread, findMember, listConversations, listMembers } from './queries.ts';
import { memberOf } from './rows.ts';
import { setRole } from './set-role.ts';
import { updateGroup } from './update.ts';
import { conversationView, viewOf } from './views.ts';

export function conversationsService(db: Database, bus: Bus, audit: Audit): ConversationsService {
  const changeAudited = auditedChanges({ db, bus, audit });

  return {
    async create(viewer, input) {
      const { id, created } = await createConversation(db, bus, viewer, input);
      return { ...(await viewOf(db, viewer, id)), created };
    },

    async list(viewer, { view = 'inbox', cursor, limit }) {
      const after = cursor === undefined ? null : readCursor(cursor);
      const rows = await listConversations(db, viewer.userId, view, after, limit + 1);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const nextCursor = rows.length > limit && last !== undefined ? cursorBehind(last, view) : null;
      return { conversations: page.map(conversationView), nextCursor };
    },

    unread: (viewer) => countUnread(db, viewer.userId),

    get: (viewer, { conversationId }) => viewOf(db, viewer, conversationId),

    members(viewer, { conversationId, after, limit }) {
      return inSnapshot(db, async (snapshot) => {
        const { conversation, epoch } = await accessTo(snapshot, conversationId, viewer.userId);
        const rows = await listMembers(snapshot, conversationId, viewer.userId, after ?? null, limit + 1);
        const members = rows.slice(0, limit).map((row) => ({ ...memberOf(row), user: userOf(row.user) }));
        const nextAfter = rows.length > limit ? (members.at(-1)?.userId ?? null) : null;
        return { members, nextAfter, epoch, asOf: conversation.last_seq };
      });
    },

    async rename(viewer, { conversationId, title }) {
      await changeAudited(conversationId, (change) => updateGroup(change, viewer, { title }));
      return viewOf(db, viewer, conversationId);
    },

    async update(viewer, { conversationId, ...wanted }) {
      await changeAudited(conversationId, (change) => updateGroup(change, viewer, wanted));
      return viewOf(db, viewer, conversationId);
    },

    async addMembers(viewer, { conversationId, userIds }) {
      await changeConversation(db, bus, conversationId, async (change) => {
        await permittedMember(change, viewer.userId, 'addMembers', 'add people');
        await requireReachable(change.trx, viewer.userId, userIds, 'add people');
        const people = [...new Set(userIds)].map((userId) => ({ userId, role: 'member' as const }));
        const added = await join(change, people);
        if (added.length === 0) return;
        await addNotice(change, viewer.userId, { kind: 'added', userIds: added });
        await change.notify(added);
      });
      return viewOf(db, viewer, conversationId);
    },

    async removeMember(viewer, { conversationId, userId }) {
      await changeAudited(conversationId, async (change) => {
        const mine = await permittedMember(change, viewer.userId, 'removeMember', 'remove somebody');
        const member = await findMember(change.trx, conversationId, userId);
        if (member === undefined || member.left_at !== null) {
          throw new ParleyError('NOT_FOUND', 'unable to remove the person; they are not in the conversation');
        }
        if (userId === viewer.userId) {
          throw new ParleyError('FORBIDDEN', 'unable to remove yourself; leave the conversation instead');
        }
        if (!mayActOn(mine.role, 'removeMember', member.role)) {
          throw new ParleyError('FORBIDDEN', 'unable to remove the person; their role is not below yours');
        }
        await part(change, member, true);
        await addNotice(change, viewer.userId, { kind: 'removed', userId });
        await change.notify([userId]);
        return [{ kind: 'member-removed', actorId: viewer.userId, subjectId: userId, conversationId }];
      });
      return viewOf(db, viewer, conversationId);
    },

    async setRole(viewer, input) {
      await changeAudited(input.conversationId, (change) => setRole(change, viewer, input));
      return viewOf(db, viewer, input.conversationId);
    },

    async leave(viewer, { conversationId }) {
      await changeAudited(conversationId, async (change) => {
        const member = await permittedMember(change, viewer.userId, 'leave', 'leave');
        const successor = await leaveGroup(change, member);
        if (successor === null) return [];
        const passedOn = { actorId: viewer.userId, subjectId: successor, conversationId };
        return [{ kind: 'ownership-passed-on', ...passedOn }];
      });
    },
  };
}

/** The cursor of the page behind a conversation. */
function cursorBehind({ id, updated_at: at, settings }: ConversationRow, view: ConversationView): string {
  const pinned = view === 'inbox' ? (settings?.pinned_at ?? null) : null;
  return writeCursor({ pinnedAt: pinned === null ? null : new Date(pinned), at, id });
}
