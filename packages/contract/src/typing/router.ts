import { z } from 'zod';
import { authed, router } from '../trpc.ts';
import { TypingSet, TypingWatch } from './schema.ts';

export const typingRouter = router({
  set: authed
    .meta({
      openapi: {
        method: 'PUT',
        path: '/conversations/{conversationId}/typing',
        summary: 'Be typing for the next six seconds, or stop',
        errors: ['NOT_MEMBER'],
      },
    })
    .input(TypingSet)
    .output(z.void())
    .mutation(({ ctx, input }) => ctx.typing.set(ctx.viewer, input)),
  watch: authed.input(TypingWatch).subscription(({ ctx, input }) => ctx.typing.watch(ctx.viewer, input)),
});
