import {
  type InvitationCreated,
  type InvitationsService,
  type InvitationToken,
  limits,
} from '@parley/contract';
import { accessTo } from '../access.ts';
import type { Audit } from '../audit/audit.ts';
import type { Bus } from '../bus/bus.ts';
import { auditedChanges } from '../conversations/audited.ts';
import { enter, isIn } from '../conversations/enter.ts';
import { permittedMember, requirePermission } from '../conversations/permission.ts';
import { findMember } from '../conversations/queries.ts';
import { viewOf } from '../conversations/views.ts';
import type { Database } from '../db/database.ts';
import { findGroup } from '../groups/queries.ts';
import { publicGroupOf } from '../groups/rows.ts';
import { findPeople } from '../users/queries.ts';
import { userOf } from '../users/rows.ts';
import { createInvitation } from './create.ts';
import { requireGood } from './good.ts';
import {
  countUse,
  findInvitation,
  type FoundInvitation,
  listInvitations,
  revokeInvitation,
} from './queries.ts';
import { invitationOf } from './rows.ts';
import { keyOfToken, noSuchInvitation } from './token.ts';

export function invitationsService(db: Database, bus: Bus, audit: Audit): InvitationsService {
  const changeAudited = auditedChanges({ db, bus, audit });

  /** @throws NOT_FOUND */
  async function invitationBy({ token }: InvitationToken): Promise<FoundInvitation> {
    const invitation = await findInvitation(db, keyOfToken(token));
    if (invitation === undefined) throw noSuchInvitation();
    return invitation;
  }

  return {
    async create(viewer, input) {
      const { conversationId } = input;
      let made: InvitationCreated | undefined;
      await changeAudited(conversationId, async (change) => {
        made = await createInvitation(change, viewer, input);
        const details = { invitation: made.id };
        return [{ kind: 'invitation-made', actorId: viewer.userId, conversationId, details }];
      });
      if (made === undefined) throw new Error('no invitation was made');
      return made;
    },

    async list(viewer, { conversationId }) {
      const { conversation, member } = await accessTo(db, conversationId, viewer.userId);
      requirePermission(conversation, member, 'invite', 'list invitations');
      const rows = await listInvitations(db, conversationId, limits.invitationsPerGroup);
      return { invitations: rows.map(invitationOf) };
    },

    async revoke(viewer, { conversationId, invitationId }) {
      await changeAudited(conversationId, async (change) => {
        await permittedMember(change, viewer.userId, 'invite', 'revoke the invitation');
        const before = await revokeInvitation(change.trx, conversationId, invitationId, change.at);
        if (before === undefined) throw noSuchInvitation();
        if (before.revoked_at !== null) return [];
        const details = { invitation: invitationId };
        return [{ kind: 'invitation-revoked', actorId: viewer.userId, conversationId, details }];
      });
    },

    async preview(viewer, input) {
      const invitation = await invitationBy(input);
      const row = await findGroup(db, invitation.conversation_id, viewer.userId);
      const [inviter] = await findPeople(db, viewer.userId, [invitation.created_by]);
      if (row === undefined || inviter === undefined) throw noSuchInvitation();
      if (!row.joined) await requireGood(db, viewer, invitation);
      const { id: conversationId, createdAt: _createdAt, ...group } = publicGroupOf(row);
      const expiresAt = invitation.expires_at.toISOString();
      return { ...group, conversationId, invitedBy: userOf(inviter), expiresAt };
    },

    async accept(viewer, input) {
      // Whoever guesses holds up no conversation.
      const { conversation_id: conversationId } = await invitationBy(input);
      await changeAudited(conversationId, async (change) => {
        if (isIn(await findMember(change.trx, conversationId, viewer.userId))) return [];
        // As it is now that nobody else uses it up.
        const invitation = await findInvitation(change.trx, keyOfToken(input.token));
        if (invitation === undefined) throw noSuchInvitation();
        await requireGood(change.trx, viewer, invitation);
        await enter(change, viewer);
        await countUse(change.trx, conversationId, invitation.id);
        const details = { invitation: invitation.id };
        return [{ kind: 'member-joined', actorId: viewer.userId, conversationId, details }];
      });
      return viewOf(db, viewer, conversationId);
    },
  };
}
