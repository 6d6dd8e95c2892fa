import { authed, router } from '../trpc.ts';

export const inboxRouter = router({
  watch: authed.subscription(({ ctx }) => ctx.inbox.watch(ctx.viewer)),
});
