import {
  type InvitationCreate,
  type InvitationCreated,
  limits,
  newId,
  ParleyError,
  type Viewer,
} from '@parley/contract';
import type { ConversationChange } from '../conversations/change.ts';
import { permittedMember } from '../conversations/permission.ts';
import { deleteOldInvitations, insertInvitation, listInvitations } from './queries.ts';
import { invitationOf } from './rows.ts';
import { newInvitationToken } from './token.ts';

/** For how long whoever comes with a token is told why it is not good any more, in milliseconds. */
const rememberedMs = 30 * 86_400_000;

/** Makes an invitation. Throws as `InvitationsService.create` says. */
export async function createInvitation(
  change: ConversationChange,
  viewer: Viewer,
  { conversationId, expiresInSeconds, maxUses }: InvitationCreate,
): Promise<InvitationCreated> {
  const { trx, at } = change;
  await permittedMember(change, viewer.userId, 'invite', 'invite people');
  await deleteOldInvitations(trx, conversationId, new Date(at.getTime() - rememberedMs));
  const good = await listInvitations(trx, conversationId, limits.invitationsPerGroup);
  if (good.length === limits.invitationsPerGroup) {
    throw new ParleyError(
      'CONFLICT',
      `unable to invite people; there are ${good.length} invitations already: revoke one first`,
    );
  }
  const { token, hash, hint } = newInvitationToken(conversationId);
  const row = {
    conversation_id: conversationId,
    id: newId(),
    hint,
    created_by: viewer.userId,
    created_at: at,
    expires_at: new Date(at.getTime() + expiresInSeconds * 1_000),
    max_uses: maxUses ?? null,
    uses: 0,
  };
  await insertInvitation(trx, { ...row, hash });
  return { ...invitationOf(row), token };
}
