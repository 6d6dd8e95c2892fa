import { z } from 'zod';
import { authed, open, router } from '../trpc.ts';
import {
  AccountDelete,
  Credentials,
  EmailOnly,
  EmailVerification,
  Login,
  OnlineStatus,
  PasswordChange,
  PasswordReset,
  ProfileUpdate,
  Refresh,
  Register,
  Registration,
  Self,
  SessionEnd,
  SessionInfo,
} from './schema.ts';

export const authRouter = router({
  register: open
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/register',
        summary: 'Make an account and sign in',
        location: '/users/{user.id}',
        acceptedBy: 'verificationRequired',
        errors: ['EMAIL_TAKEN', 'USERNAME_TAKEN'],
      },
    })
    .input(Register)
    .output(Registration)
    .mutation(({ ctx, input }) => ctx.auth.register(ctx.client, input)),
  login: open
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/login',
        summary: 'Sign in by e-mail address or username',
        errors: ['WRONG_CREDENTIALS', 'EMAIL_NOT_VERIFIED'],
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
    .mutation(({ ctx, input }) => ctx.auth.refresh(ctx.client, input)),
  logout: authed
    .meta({ openapi: { method: 'POST', path: '/auth/logout', summary: 'End the session' } })
    .output(z.void())
    .mutation(({ ctx }) => ctx.auth.logout(ctx.viewer)),
  sessions: authed
    .meta({ openapi: { method: 'GET', path: '/auth/sessions', summary: 'List the own sessions' } })
    .output(z.array(SessionInfo))
    .query(({ ctx }) => ctx.auth.sessions(ctx.viewer)),
  endSession: authed
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/auth/sessions/{sessionId}',
        summary: 'End one of the own sessions',
        errors: ['NOT_FOUND'],
      },
    })
    .input(SessionEnd)
    .output(z.void())
    .mutation(({ ctx, input }) => ctx.auth.endSession(ctx.viewer, input)),
  endOtherSessions: authed
    .meta({
      openapi: { method: 'DELETE', path: '/auth/sessions', summary: 'End all own sessions but this one' },
    })
    .output(z.void())
    .mutation(({ ctx }) => ctx.auth.endOtherSessions(ctx.viewer)),
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
  requestPasswordReset: open
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/request-password-reset',
        summary: 'Have a link to choose a new password mailed; answers the same for an unknown address',
      },
    })
    .input(EmailOnly)
    .output(z.void())
    .mutation(({ ctx, input }) => ctx.auth.requestPasswordReset(ctx.client, input)),
  resetPassword: open
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/reset-password',
        summary: 'Choose a new password by the token that was mailed, and end every session',
      },
    })
    .input(PasswordReset)
    .output(z.void())
    .mutation(({ ctx, input }) => ctx.auth.resetPassword(ctx.client, input)),
  requestEmailVerification: open
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/request-email-verification',
        summary: 'Have a link to verify an e-mail address mailed; answers the same for an unknown address',
      },
    })
    .input(EmailOnly)
    .output(z.void())
    .mutation(({ ctx, input }) => ctx.auth.requestEmailVerification(ctx.client, input)),
  verifyEmail: open
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/verify-email',
        summary: 'Verify an e-mail address by the token that was mailed',
      },
    })
    .input(EmailVerification)
    .output(z.void())
    .mutation(({ ctx, input }) => ctx.auth.verifyEmail(ctx.client, input)),
  deleteAccount: authed
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/delete-account',
        summary: 'Delete the own account, for good',
        errors: ['WRONG_CREDENTIALS'],
      },
    })
    .input(AccountDelete)
    .output(z.void())
    .mutation(({ ctx, input }) => ctx.auth.deleteAccount(ctx.viewer, input)),
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
