import { limits, type Self } from '@parley/contract';
import { useClient, useSession } from '@parley/sdk/react';
import { type FormEvent, useState } from 'react';
import { explain, faultOf, hasCode } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toast.tsx';
import { textOf, useTask } from '../../use-task.ts';
import { Avatar } from '../users/avatar.tsx';
import { nameOf } from '../users/names.ts';
import { PictureField } from '../users/picture-field.tsx';
import { EmailState } from './email-state.tsx';
import { Section, SettingsPage } from './page.tsx';

/** How others see one. */
export function Profile() {
  const { t } = useSpeech();
  const me = useSession()?.user;
  if (me === undefined) return null;
  return (
    <SettingsPage title={t('settings.profile')} text={t('settings.profile.text')}>
      <ProfileForm me={me} />
      <EmailState me={me} />
    </SettingsPage>
  );
}

function ProfileForm({ me }: { me: Self }) {
  const client = useClient();
  const { t } = useSpeech();
  const task = useTask();
  const [picture, setPicture] = useState(me.avatar ?? '');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const orNull = (text: string) => (text.trim() === '' ? null : text.trim());
    void task.run(async () => {
      const username = textOf(form, 'username');
      await client.auth.updateProfile({
        displayName: orNull(textOf(form, 'displayName')),
        avatar: orNull(picture),
        // One that stays is not asked for: it is one's own.
        ...(username === me.username ? {} : { username }),
      });
      toast(t('settings.saved'));
    });
  };
  const faults = ['displayName', 'username', 'avatar'].map((field) => faultOf(task.error, field, t));
  const usernameTaken = hasCode(task.error, 'USERNAME_TAKEN') ? explain(task.error, t) : undefined;
  const told = usernameTaken !== undefined || faults.some((fault) => fault !== undefined);
  return (
    <Section>
      <form className="grid gap-5" onSubmit={submit}>
        <div className="flex items-center gap-4">
          <Avatar id={me.id} name={nameOf(me, t)} picture={picture === '' ? null : picture} size="large" />
          <div className="min-w-0">
            <p className="truncate font-semibold">
              <bdi>{nameOf(me, t)}</bdi>
            </p>
            <p className="truncate text-sm text-faint">
              <bdi>{`@${me.username}`}</bdi>
            </p>
          </div>
        </div>
        <TextField
          label={t('auth.displayName')}
          name="displayName"
          autoComplete="name"
          maxLength={limits.displayNameCharacters}
          defaultValue={me.displayName ?? ''}
          hint={t('auth.displayName.hint')}
          fault={faults[0]}
        />
        <TextField
          label={t('auth.username')}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          required
          minLength={3}
          maxLength={limits.usernameCharacters}
          defaultValue={me.username}
          hint={t('settings.username.hint')}
          fault={usernameTaken ?? faults[1]}
        />
        <PictureField value={picture} onChange={setPicture} fault={faults[2]} />
        <Fault text={task.error === null || told ? null : explain(task.error, t)} />
        <div>
          <Button type="submit" kind="primary" disabled={task.busy}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Section>
  );
}
