import { limits } from '@parley/contract';
import type { ErrorCode } from '@parley/sdk';
import { explain, faultOf, hasCode } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { TextField } from '../../ui/text-field.tsx';

/** What a new account takes, each field with what the server said against it. */
export function RegisterFields({ error }: { error: unknown }) {
  const { t } = useSpeech();
  const taken = (code: ErrorCode) => (hasCode(error, code) ? explain(error, t) : undefined);
  return (
    <>
      <TextField
        label={t('auth.email')}
        name="email"
        type="email"
        autoComplete="email"
        required
        fault={taken('EMAIL_TAKEN') ?? faultOf(error, 'email', t)}
      />
      <TextField
        label={t('auth.username')}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        required
        minLength={3}
        maxLength={limits.usernameCharacters}
        fault={taken('USERNAME_TAKEN') ?? faultOf(error, 'username', t)}
      />
      <TextField
        label={t('auth.displayName')}
        name="displayName"
        autoComplete="name"
        maxLength={limits.displayNameCharacters}
        hint={t('auth.displayName.hint')}
        fault={faultOf(error, 'displayName', t)}
      />
      <TextField
        label={t('auth.password')}
        name="password"
        type="password"
        autoComplete="new-password"
        required
        minLength={limits.passwordCharacters.min}
        hint={t('auth.password.hint', { count: limits.passwordCharacters.min })}
        fault={faultOf(error, 'password', t)}
      />
    </>
  );
}
