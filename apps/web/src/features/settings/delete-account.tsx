import { useClient } from '@parley/sdk/react';
import { explain, hasCode } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { textOf, useTask } from '../../use-task.ts';

/** Deletes the account, once the password says that it is its owner who wants that. */
export function DeleteAccount({ onClose }: { onClose: () => void }) {
  const client = useClient();
  const { t } = useSpeech();
  const task = useTask();
  const wrong = hasCode(task.error, 'WRONG_CREDENTIALS') ? t('error.wrongPassword') : undefined;
  return (
    <Dialog title={t('settings.delete.title')} onClose={onClose}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const password = textOf(new FormData(event.currentTarget), 'password');
          // Who is deleted is signed out, which leads away from here.
          void task.run(() => client.auth.deleteAccount(password === '' ? {} : { password }));
        }}
      >
        <p className="text-sm text-soft">{t('settings.delete.text')}</p>
        <TextField
          label={t('settings.delete.password')}
          name="password"
          type="password"
          autoComplete="current-password"
          fault={wrong}
        />
        <Fault text={task.error === null || wrong !== undefined ? null : explain(task.error, t)} />
        <DialogActions>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" kind="danger" disabled={task.busy}>
            {t('settings.delete.submit')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
