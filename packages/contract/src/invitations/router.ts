import { z } from 'zod';
import { Conversation, ConversationRef } from '../conversations/schema.ts';
import { authed, router } from '../trpc.ts';
import {
  InvitationCreate,
  InvitationCreated,
  InvitationList,
  InvitationPreview,
  InvitationRef,
  InvitationToken,
} from './schema.ts';

// A token never stands in an address, which is logged on its way: what takes one is a mutation, with a body.
export const invitationsRouter = router({
  create: authed
    .meta({
      openapi: {
        method: 'POST',
        path: '/conversations/{conversationId}/invitations',
        summary: 'Make an invitation to a group',
        errors: ['NOT_MEMBER', 'CONFLICT'],
      },
    })
    .input(InvitationCreate)
    .output(InvitationCreated)
    .mutation(({ ctx, input }) => ctx.invitations.create(ctx.viewer, input)),
  list: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/conversations/{conversationId}/invitations',
        summary: 'List the invitations of a group that are still good',
        errors: ['NOT_MEMBER'],
      },
    })
    .input(ConversationRef)
    .output(InvitationList)
    .query(({ ctx, input }) => ctx.invitations.list(ctx.viewer, input)),
  revoke: authed
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/conversations/{conversationId}/invitations/{invitationId}',
        summary: 'Revoke an invitation to a group',
        errors: ['NOT_MEMBER', 'NOT_FOUND'],
      },
    })
    .input(InvitationRef)
    .output(z.void())
    .mutation(({ ctx, input }) => ctx.invitations.revoke(ctx.viewer, input)),
  preview: authed
    .meta({
      openapi: {
        method: 'POST',
        path: '/invitations/preview',
        summary: 'See what an invitation is to',
        errors: ['NOT_FOUND', 'CONFLICT'],
      },
    })
    .input(InvitationToken)
    .output(InvitationPreview)
    .mutation(({ ctx, input }) => ctx.invitations.preview(ctx.viewer, input)),
  accept: authed
    .meta({
      openapi: {
        method: 'POST',
        path: '/invitations/accept',
        summary: 'Join a group by an invitation',
        errors: ['NOT_FOUND', 'CONFLICT'],
      },
    })
    .input(InvitationToken)
    .output(Conversation)
    .mutation(({ ctx, input }) => ctx.invitations.accept(ctx.viewer, input)),
});
