import { authed, router } from '../trpc.ts';
import { MentionCounts, MentionList, MentionPage } from './schema.ts';

export const mentionsRouter = router({
  list: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/mentions',
        summary: 'List the messages that mention oneself, the latest first',
      },
    })
    .input(MentionList)
    .output(MentionPage)
    .query(({ ctx, input }) => ctx.mentions.list(ctx.viewer, input)),
  unread: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/mentions/unread',
        summary: 'Count the unread messages that mention oneself',
      },
    })
    .output(MentionCounts)
    .query(({ ctx }) => ctx.mentions.unread(ctx.viewer)),
});
