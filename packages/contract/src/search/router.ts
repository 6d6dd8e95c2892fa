import { authed, router } from '../trpc.ts';
import { Found, FoundMessagePage, MessageSearch, SearchAll } from './schema.ts';

export const searchRouter = router({
  all: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/search',
        summary: 'Find people, own conversations and messages by words',
      },
    })
    .input(SearchAll)
    .output(Found)
    .query(({ ctx, input }) => ctx.search.all(ctx.viewer, input)),
  messages: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/search/messages',
        summary: 'Find messages of the own conversations by words',
      },
    })
    .input(MessageSearch)
    .output(FoundMessagePage)
    .query(({ ctx, input }) => ctx.search.messages(ctx.viewer, input)),
});
