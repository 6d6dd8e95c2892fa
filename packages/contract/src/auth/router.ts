import { z } from 'zod';
import { authed, open, router } from '../trpc.ts';
import {
  Credentials,
  Login,
  OnlineStatus,
  PasswordChange,
  ProfileUpdate,
  Refresh,
  Register,
  Self,
} from './schema.ts';

export const authRouter = router({
  register: open
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/register',
        summary: 'Make an account and sign in',
        location: '/users/{user.id}',
        errors: ['EMAIL_TAKEN', 'USERNAME_TAKEN'],
      },
    })
    .input(Register)
    .output(Credentials)
    .mutation(({ ctx, input }) => ctx.auth.register(ctx.client, input)),
  login: open
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/login',
        summary: 'Sign in by e-mail address or username',
        errors: ['WRONG_CREDENTIALS'],
      },
    })
    .input(Login)
    .output(Credentials)
    .mutation(({ ctx, input }) => ctx.auth.login(ctx.client, input)),
  refresh: open
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/refresh',
        summary: 'Trade a refresh token for new credentials',
        errors: ['UNAUTHENTICATED'],
      },
    })
    .input(Refresh)
    .output(Credentials)
    .mutation(({ ctx, input }) => ctx.auth.refresh(input)),
  logout: authed
    .meta({ openapi: { method: 'POST', path: '/auth/logout', summary: 'End the session' } })
    .output(z.void())
    .mutation(({ ctx }) => ctx.auth.logout(ctx.viewer)),
  me: authed
    .meta({ openapi: { method: 'GET', path: '/auth/me', summary: 'Read the own account' } })
    .output(Self)
    .query(({ ctx }) => ctx.auth.me(ctx.viewer)),
  updateProfile: authed
    .meta({
      openapi: {
        method: 'PUT',
        path: '/auth/profile',
        summary: 'Change the own profile',
        errors: ['USERNAME_TAKEN'],
      },
    })
    .input(ProfileUpdate)
    .output(Self)
    .mutation(({ ctx, input }) => ctx.auth.updateProfile(ctx.viewer, input)),
  changePassword: authed
    .meta({
      openapi: {
        method: 'PUT',
        path: '/auth/change-password',
        summary: 'Change the password and end every other session',
        errors: ['WRONG_CREDENTIALS'],
      },
    })
    .input(PasswordChange)
    .output(z.void())
    .mutation(({ ctx, input }) => ctx.auth.changePassword(ctx.viewer, input)),
  setOnlineStatus: authed
    .meta({
      openapi: {
        method: 'PUT',
        path: '/auth/online-status',
        summary: 'Be online for the next minute, or appear offline from now on',
      },
    })
    .input(OnlineStatus)
    .output(Self)
    .mutation(({ ctx, input }) => ctx.auth.setOnlineStatus(ctx.viewer, input)),
});
