import { Conversation, ConversationRef } from '../conversations/schema.ts';
import { authed, router } from '../trpc.ts';
import { GroupSearch, PublicGroup, PublicGroupPage } from './schema.ts';

export const groupsRouter = router({
  search: authed
    .meta({
      openapi: { method: 'GET', path: '/groups', summary: 'Find public groups by words' },
    })
    .input(GroupSearch)
    .output(PublicGroupPage)
    .query(({ ctx, input }) => ctx.groups.search(ctx.viewer, input)),
  get: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/groups/{conversationId}',
        summary: 'Look at a public group',
        errors: ['NOT_FOUND'],
      },
    })
    .input(ConversationRef)
    .output(PublicGroup)
    .query(({ ctx, input }) => ctx.groups.get(ctx.viewer, input)),
  join: authed
    .meta({
      openapi: {
        method: 'POST',
        path: '/groups/{conversationId}/join',
        summary: 'Join a public group',
        errors: ['NOT_FOUND', 'CONFLICT'],
      },
    })
    .input(ConversationRef)
    .output(Conversation)
    .mutation(({ ctx, input }) => ctx.groups.join(ctx.viewer, input)),
});
