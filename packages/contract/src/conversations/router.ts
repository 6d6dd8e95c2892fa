import { z } from 'zod';
import { authed, router } from '../trpc.ts';
import {
  Conversation,
  ConversationCreate,
  ConversationList,
  ConversationPage,
  ConversationRef,
  ConversationRename,
  MemberList,
  MemberPage,
  MemberRemove,
  MembersAdd,
} from './schema.ts';

export const conversationsRouter = router({
  create: authed
    .input(ConversationCreate)
    .output(Conversation)
    .mutation(({ ctx, input }) => ctx.conversations.create(ctx.viewer, input)),
  list: authed
    .input(ConversationList)
    .output(ConversationPage)
    .query(({ ctx, input }) => ctx.conversations.list(ctx.viewer, input)),
  get: authed
    .input(ConversationRef)
    .output(Conversation)
    .query(({ ctx, input }) => ctx.conversations.get(ctx.viewer, input)),
  members: authed
    .input(MemberList)
    .output(MemberPage)
    .query(({ ctx, input }) => ctx.conversations.members(ctx.viewer, input)),
  rename: authed
    .input(ConversationRename)
    .output(Conversation)
    .mutation(({ ctx, input }) => ctx.conversations.rename(ctx.viewer, input)),
  addMembers: authed
    .input(MembersAdd)
    .output(Conversation)
    .mutation(({ ctx, input }) => ctx.conversations.addMembers(ctx.viewer, input)),
  removeMember: authed
    .input(MemberRemove)
    .output(Conversation)
    .mutation(({ ctx, input }) => ctx.conversations.removeMember(ctx.viewer, input)),
  leave: authed
    .input(ConversationRef)
    .output(z.void())
    .mutation(({ ctx, input }) => ctx.conversations.leave(ctx.viewer, input)),
});
