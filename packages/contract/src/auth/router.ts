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
    .input(Register)
    .output(Credentials)
    .mutation(({ ctx, input }) => ctx.auth.register(ctx.client, input)),
  login: open
    .input(Login)
    .output(Credentials)
    .mutation(({ ctx, input }) => ctx.auth.login(ctx.client, input)),
  refresh: open
    .input(Refresh)
    .output(Credentials)
    .mutation(({ ctx, input }) => ctx.auth.refresh(input)),
  logout: authed.output(z.void()).mutation(({ ctx }) => ctx.auth.logout(ctx.viewer)),
  me: authed.output(Self).query(({ ctx }) => ctx.auth.me(ctx.viewer)),
  updateProfile: authed
    .input(ProfileUpdate)
    .output(Self)
    .mutation(({ ctx, input }) => ctx.auth.updateProfile(ctx.viewer, input)),
  changePassword: authed
    .input(PasswordChange)
    .output(z.void())
    .mutation(({ ctx, input }) => ctx.auth.changePassword(ctx.viewer, input)),
  setOnlineStatus: authed
    .input(OnlineStatus)
    .output(Self)
    .mutation(({ ctx, input }) => ctx.auth.setOnlineStatus(ctx.viewer, input)),
});
