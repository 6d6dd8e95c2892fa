import { StoredMessage } from '../messages/schema.ts';
import { authed, router } from '../trpc.ts';
import { ReactionList, ReactionPage, ReactionRef } from './schema.ts';

export const reactionsRouter = router({
  add: authed
    .meta({
      openapi: {
        method: 'PUT',
        path: '/messages/{messageId}/reactions',
        summary: 'React to a message with an emoji',
        errors: ['NOT_MEMBER', 'NOT_FOUND', 'CONFLICT'],
      },
    })
    .input(ReactionRef)
    .output(StoredMessage)
    .mutation(({ ctx, input }) => ctx.reactions.add(ctx.viewer, input)),
  remove: authed
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/messages/{messageId}/reactions',
        summary: 'Take the own reaction with an emoji back',
        errors: ['NOT_MEMBER', 'NOT_FOUND', 'CONFLICT'],
      },
    })
    .input(ReactionRef)
    .output(StoredMessage)
    .mutation(({ ctx, input }) => ctx.reactions.remove(ctx.viewer, input)),
  list: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/messages/{messageId}/reactions',
        summary: 'List who reacted to a message',
        errors: ['NOT_MEMBER', 'NOT_FOUND', 'CONFLICT'],
      },
    })
    .input(ReactionList)
    .output(ReactionPage)
    .query(({ ctx, input }) => ctx.reactions.list(ctx.viewer, input)),
});
