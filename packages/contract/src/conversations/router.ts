import { z } from 'zod';
import { authed, router } from '../trpc.ts';
import {
  Conversation,
  ConversationCreate,
  ConversationCreated,
  ConversationList,
  ConversationPage,
  ConversationRef,
  ConversationRename,
  ConversationUpdate,
  MemberList,
  MemberPage,
  MemberRemove,
  MembersAdd,
  RoleSet,
  UnreadTotal,
} from './schema.ts';

export const conversationsRouter = router({
  create: authed
    .meta({
      openapi: {
        method: 'POST',
        path: '/conversations',
        summary: 'Make a group, or make or find the direct conversation of two people',
        location: '/conversations/{id}',
        errors: ['NOT_FOUND'],
      },
    })
    .input(ConversationCreate)
    .output(ConversationCreated)
    .mutation(({ ctx, input }) => ctx.conversations.create(ctx.viewer, input)),
  list: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/conversations',
        summary: 'List the own conversations: pinned ones first, then by latest activity',
      },
    })
    .input(ConversationList)
    .output(ConversationPage)
    .query(({ ctx, input }) => ctx.conversations.list(ctx.viewer, input)),
  // Before what has a parameter in its place.
  unread: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/conversations/unread',
        summary: 'Count what is unread in all conversations that are neither muted, archived nor hidden',
      },
    })
    .output(UnreadTotal)
    .query(({ ctx }) => ctx.conversations.unread(ctx.viewer)),
  get: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/conversations/{conversationId}',
        summary: 'Read a conversation',
        errors: ['NOT_MEMBER'],
      },
    })
    .input(ConversationRef)
    .output(Conversation)
    .query(({ ctx, input }) => ctx.conversations.get(ctx.viewer, input)),
  members: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/conversations/{conversationId}/members',
        summary: 'List who is in a conversation',
        errors: ['NOT_MEMBER'],
      },
    })
    .input(MemberList)
    .output(MemberPage)
    .query(({ ctx, input }) => ctx.conversations.members(ctx.viewer, input)),
  rename: authed
    .meta({
      openapi: {
        method: 'PUT',
        path: '/conversations/{conversationId}',
        summary: 'Rename a group',
        errors: ['NOT_MEMBER'],
      },
    })
    .input(ConversationRename)
    .output(Conversation)
    .mutation(({ ctx, input }) => ctx.conversations.rename(ctx.viewer, input)),
  update: authed
    .meta({
      openapi: {
        method: 'PATCH',
        path: '/conversations/{conversationId}',
        summary: 'Change the title, picture, description or visibility of a group',
        errors: ['NOT_MEMBER'],
      },
    })
    .input(ConversationUpdate)
    .output(Conversation)
    .mutation(({ ctx, input }) => ctx.conversations.update(ctx.viewer, input)),
  addMembers: authed
    .meta({
      openapi: {
        method: 'POST',
        path: '/conversations/{conversationId}/members',
        summary: 'Add people to a group',
        errors: ['NOT_MEMBER', 'NOT_FOUND', 'CONFLICT'],
      },
    })
    .input(MembersAdd)
    .output(Conversation)
    .mutation(({ ctx, input }) => ctx.conversations.addMembers(ctx.viewer, input)),
  removeMember: authed
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/conversations/{conversationId}/members/{userId}',
        summary: 'Remove somebody from a group',
        errors: ['NOT_MEMBER', 'NOT_FOUND'],
      },
    })
    .input(MemberRemove)
    .output(Conversation)
    .mutation(({ ctx, input }) => ctx.conversations.removeMember(ctx.viewer, input)),
  setRole: authed
    .meta({
      openapi: {
        method: 'PUT',
        path: '/conversations/{conversationId}/members/{userId}',
        summary: 'Give a member of a group another role, or pass ownership on',
        errors: ['NOT_MEMBER', 'NOT_FOUND'],
      },
    })
    .input(RoleSet)
    .output(Conversation)
    .mutation(({ ctx, input }) => ctx.conversations.setRole(ctx.viewer, input)),
  leave: authed
    .meta({
      openapi: {
        method: 'POST',
        path: '/conversations/{conversationId}/leave',
        summary: 'Leave a group',
        errors: ['NOT_MEMBER'],
      },
    })
    .input(ConversationRef)
    .output(z.void())
    .mutation(({ ctx, input }) => ctx.conversations.leave(ctx.viewer, input)),
});
