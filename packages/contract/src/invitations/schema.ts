import { z } from 'zod';
import { ConversationInfo } from '../conversations/schema.ts';
import { limits } from '../limits.ts';
import { Count, givenText, Id, Timestamp } from '../text.ts';
import { User } from '../users/schema.ts';

/** A way into a group for whoever has its token, as members. The token itself is shown once, when it is made. */
export const Invitation = z
  .strictObject({
    id: Id,
    conversationId: Id,
    createdBy: Id,
    createdAt: Timestamp,
    expiresAt: Timestamp,
    /** How many people it lets in; null for as many as there is room for. */
    maxUses: Count.nullable(),
    uses: Count,
    /** The end of its token, to tell it from others. */
    hint: z.string(),
  })
  .meta({ id: 'Invitation' });
export type Invitation = z.infer<typeof Invitation>;

export const InvitationCreated = Invitation.extend({ token: z.string() }).meta({ id: 'InvitationCreated' });
export type InvitationCreated = z.infer<typeof InvitationCreated>;

const { min, max, usual } = limits.invitationSeconds;

export const InvitationCreate = z.strictObject({
  conversationId: Id,
  expiresInSeconds: z.int().min(min).max(max).default(usual),
  /** How many people it lets in; as many as there is room for when left out. */
  maxUses: z.int().min(1).max(limits.membersPerGroup).optional(),
});
export type InvitationCreate = z.infer<typeof InvitationCreate>;

/** The invitations of a group that are still good, the newest first. */
export const InvitationList = z.strictObject({ invitations: z.array(Invitation) });
export type InvitationList = z.infer<typeof InvitationList>;

export const InvitationRef = z.strictObject({ conversationId: Id, invitationId: Id });
export type InvitationRef = z.infer<typeof InvitationRef>;

export const InvitationToken = z.strictObject({ token: givenText(200) });
export type InvitationToken = z.infer<typeof InvitationToken>;

/** What an invitation is to, for somebody who is not in it yet. */
export const InvitationPreview = ConversationInfo.pick({
  title: true,
  avatar: true,
  description: true,
  history: true,
})
  .extend({
    conversationId: Id,
    memberCount: Count,
    invitedBy: User,
    expiresAt: Timestamp,
    /** Whether the viewer is in it. */
    joined: z.boolean(),
  })
  .meta({ id: 'InvitationPreview' });
export type InvitationPreview = z.infer<typeof InvitationPreview>;
