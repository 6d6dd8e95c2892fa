import { z } from 'zod';
import { authed, router } from '../trpc.ts';
import { User, UserGet, UserGetMany, UserSearch } from './schema.ts';

export const usersRouter = router({
  search: authed
    .input(UserSearch)
    .output(z.array(User))
    .query(({ ctx, input }) => ctx.users.search(ctx.viewer, input)),
  get: authed
    .input(UserGet)
    .output(User)
    .query(({ ctx, input }) => ctx.users.get(ctx.viewer, input)),
  getMany: authed
    .input(UserGetMany)
    .output(z.array(User))
    .query(({ ctx, input }) => ctx.users.getMany(ctx.viewer, input)),
});
