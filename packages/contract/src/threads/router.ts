import { authed, router } from '../trpc.ts';
import {
  FollowedPage,
  ThreadList,
  ThreadMark,
  ThreadMarkRead,
  ThreadPage,
  ThreadRef,
  ThreadsFollowed,
} from './schema.ts';

const path = '/conversations/{conversationId}/threads/{rootId}' as const;
const errors = ['NOT_MEMBER', 'NOT_FOUND', 'CONFLICT'] as const;

export const threadsRouter = router({
  list: authed
    .meta({ openapi: { method: 'GET', path, summary: 'List replies of a thread', errors } })
    .input(ThreadList)
    .output(ThreadPage)
    .query(({ ctx, input }) => ctx.threads.list(ctx.viewer, input)),
  followed: authed
    .meta({ openapi: { method: 'GET', path: '/threads', summary: 'List the threads one follows' } })
    .input(ThreadsFollowed)
    .output(FollowedPage)
    .query(({ ctx, input }) => ctx.threads.followed(ctx.viewer, input)),
  follow: authed
    .meta({ openapi: { method: 'PUT', path: `${path}/follow`, summary: 'Follow a thread', errors } })
    .input(ThreadRef)
    .output(ThreadMark)
    .mutation(({ ctx, input }) => ctx.threads.follow(ctx.viewer, input)),
  unfollow: authed
    .meta({
      openapi: { method: 'DELETE', path: `${path}/follow`, summary: 'Follow a thread no more', errors },
    })
    .input(ThreadRef)
    .output(ThreadMark)
    .mutation(({ ctx, input }) => ctx.threads.unfollow(ctx.viewer, input)),
  markRead: authed
    .meta({
      openapi: {
        method: 'PUT',
        path: `${path}/read`,
        summary: 'Mark a thread as read, up to a position, so many replies, or all',
        errors,
      },
    })
    .input(ThreadMarkRead)
    .output(ThreadMark)
    .mutation(({ ctx, input }) => ctx.threads.markRead(ctx.viewer, input)),
});
