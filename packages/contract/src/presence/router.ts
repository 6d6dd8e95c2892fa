import { z } from 'zod';
import { authed, router } from '../trpc.ts';
import { Presence, PresenceOf } from './schema.ts';

export const presenceRouter = router({
  get: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/presence',
        summary: 'See who of those one shares a conversation with is there',
      },
    })
    .input(PresenceOf)
    .output(z.array(Presence))
    .query(({ ctx, input }) => ctx.presence.get(ctx.viewer, input)),
  watch: authed.input(PresenceOf).subscription(({ ctx, input }) => ctx.presence.watch(ctx.viewer, input)),
  // What it is there for is what it does.
  away: authed.meta({ scope: 'presence:write' }).subscription(({ ctx }) => ctx.presence.away(ctx.viewer)),
});
