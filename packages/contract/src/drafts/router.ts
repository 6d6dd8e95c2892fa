import { authed, router } from '../trpc.ts';
import { DraftClear, DraftList, DraftPage, DraftSet, StoredDraft } from './schema.ts';

export const draftsRouter = router({
  set: authed
    .meta({
      openapi: {
        method: 'PUT',
        path: '/conversations/{conversationId}/draft',
        summary: 'Keep what one has begun to write in a conversation',
        errors: ['NOT_MEMBER'],
      },
    })
    .input(DraftSet)
    .output(StoredDraft)
    .mutation(({ ctx, input }) => ctx.drafts.set(ctx.viewer, input)),
  clear: authed
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/conversations/{conversationId}/draft',
        summary: 'Take a draft away',
        errors: ['NOT_MEMBER'],
      },
    })
    .input(DraftClear)
    .output(StoredDraft)
    .mutation(({ ctx, input }) => ctx.drafts.clear(ctx.viewer, input)),
  list: authed
    .meta({ openapi: { method: 'GET', path: '/drafts', summary: 'List what one has begun to write' } })
    .input(DraftList)
    .output(DraftPage)
    .query(({ ctx, input }) => ctx.drafts.list(ctx.viewer, input)),
});
