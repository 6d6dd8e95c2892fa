import { z } from 'zod';
import { MessageRef } from '../messages/schema.ts';
import { authed, router } from '../trpc.ts';
import { SavedList, SavedMessage, SavedPage } from './schema.ts';

export const savedRouter = router({
  add: authed
    .meta({
      openapi: {
        method: 'PUT',
        path: '/saved/{messageId}',
        summary: 'Save a message for oneself',
        errors: ['NOT_MEMBER', 'NOT_FOUND', 'CONFLICT'],
      },
    })
    .input(MessageRef)
    .output(SavedMessage)
    .mutation(({ ctx, input }) => ctx.saved.add(ctx.viewer, input)),
  remove: authed
    .meta({
      openapi: { method: 'DELETE', path: '/saved/{messageId}', summary: 'Forget a message one has saved' },
    })
    .input(MessageRef)
    .output(z.void())
    .mutation(({ ctx, input }) => ctx.saved.remove(ctx.viewer, input)),
  list: authed
    .meta({ openapi: { method: 'GET', path: '/saved', summary: 'List what one has saved' } })
    .input(SavedList)
    .output(SavedPage)
    .query(({ ctx, input }) => ctx.saved.list(ctx.viewer, input)),
});
