import { z } from 'zod';
import { authed, keyed, router } from '../trpc.ts';
import { UserProvision } from './provision.ts';
import { User, UserGet, UserGetMany, UserSearch } from './schema.ts';

export const usersRouter = router({
  search: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/users/search',
        summary: 'Find people by username, display name or whole e-mail address',
      },
    })
    .input(UserSearch)
    .output(z.array(User))
    .query(({ ctx, input }) => ctx.users.search(ctx.viewer, input)),
  get: authed
    .meta({
      openapi: { method: 'GET', path: '/users/{userId}', summary: 'Read a person', errors: ['NOT_FOUND'] },
    })
    .input(UserGet)
    .output(User)
    .query(({ ctx, input }) => ctx.users.get(ctx.viewer, input)),
  getMany: authed
    .meta({ openapi: { method: 'GET', path: '/users', summary: 'Read several people' } })
    .input(UserGetMany)
    .output(z.array(User))
    .query(({ ctx, input }) => ctx.users.getMany(ctx.viewer, input)),
  provision: keyed
    .meta({
      scope: 'users:provision',
      openapi: {
        method: 'POST',
        path: '/users',
        summary: 'Make an account for somebody whom another system knows, or find it',
        location: '/users/{id}',
        errors: ['EMAIL_TAKEN', 'USERNAME_TAKEN'],
      },
    })
    .input(UserProvision)
    .output(User)
    .mutation(({ ctx, input }) => ctx.users.provision(ctx.key, ctx.client, input)),
});
