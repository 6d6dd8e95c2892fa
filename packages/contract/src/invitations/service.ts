import type { Viewer } from '../auth/schema.ts';
import type { Conversation, ConversationRef } from '../conversations/schema.ts';
import type {
  InvitationCreate,
  InvitationCreated,
  InvitationList,
  InvitationPreview,
  InvitationRef,
  InvitationToken,
} from './schema.ts';

/**
 * Invitations to groups. One is good until it expires, is used up or is revoked, and for as long as whoever made it is in the
 * group and may invite.
 */
export interface InvitationsService {
  /** @throws NOT_MEMBER; FORBIDDEN by `permissions`; CONFLICT when there are `limits.invitationsPerGroup` already */
  create(viewer: Viewer, input: InvitationCreate): Promise<InvitationCreated>;
  /** @throws NOT_MEMBER, FORBIDDEN */
  list(viewer: Viewer, input: ConversationRef): Promise<InvitationList>;
  /** Revokes an invitation; one that was revoked before stays so. @throws NOT_MEMBER, FORBIDDEN, NOT_FOUND */
  revoke(viewer: Viewer, input: InvitationRef): Promise<void>;
  /**
   * What an invitation is to.
   * @throws NOT_FOUND for a token that there is not; CONFLICT for one that is not good any more; FORBIDDEN for whom somebody has
   * removed from the group, and for whoever has blocked the one who invites
   */
  preview(viewer: Viewer, input: InvitationToken): Promise<InvitationPreview>;
  /**
   * Joins by an invitation. Whoever is in stays as they are, and uses nothing up.
   * @throws as `preview`; CONFLICT when the group is full, too
   */
  accept(viewer: Viewer, input: InvitationToken): Promise<Conversation>;
}
