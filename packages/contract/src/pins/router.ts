import { MessageRef, StoredMessage } from '../messages/schema.ts';
import { authed, router } from '../trpc.ts';
import { PinList, Pins } from './schema.ts';

export const pinsRouter = router({
  add: authed
    .meta({
      openapi: {
        method: 'PUT',
        path: '/messages/{messageId}/pin',
        summary: 'Pin a message in its conversation',
        errors: ['NOT_MEMBER', 'NOT_FOUND', 'CONFLICT'],
      },
    })
    .input(MessageRef)
    .output(StoredMessage)
    .mutation(({ ctx, input }) => ctx.pins.add(ctx.viewer, input)),
  remove: authed
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/messages/{messageId}/pin',
        summary: 'Take the pin off a message',
        errors: ['NOT_MEMBER', 'NOT_FOUND', 'CONFLICT'],
      },
    })
    .input(MessageRef)
    .output(StoredMessage)
    .mutation(({ ctx, input }) => ctx.pins.remove(ctx.viewer, input)),
  list: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/conversations/{conversationId}/pins',
        summary: 'List the pinned messages of a conversation',
        errors: ['NOT_MEMBER'],
      },
    })
    .input(PinList)
    .output(Pins)
    .query(({ ctx, input }) => ctx.pins.list(ctx.viewer, input)),
});
