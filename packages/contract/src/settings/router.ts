import { authed, router } from '../trpc.ts';
import { SettingsSet, StoredSettings } from './schema.ts';

export const settingsRouter = router({
  set: authed
    .meta({
      openapi: {
        method: 'PUT',
        path: '/conversations/{conversationId}/settings',
        summary: 'Mute, archive, pin or hide a conversation for oneself; what is left out stays as it is',
        errors: ['NOT_MEMBER', 'CONFLICT'],
      },
    })
    .input(SettingsSet)
    .output(StoredSettings)
    .mutation(({ ctx, input }) => ctx.settings.set(ctx.viewer, input)),
});
