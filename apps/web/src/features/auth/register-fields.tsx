import { limits } from '@parley/contract';
import { ParleyError } from '@parley/sdk';
import { explain, faultOf } from '../../explain.ts';
import { Field } from './field.tsx';

/** What a new account takes, each field with what the server said against it. */
export function RegisterFields({ error }: { error: unknown }) {
  const taken = (code: string) =>
    error instanceof ParleyError && error.code === code ? explain(error) : undefined;
  return (
    <>
      <Field
        label="E-mail"
        name="email"
        type="email"
        autoComplete="email"
        required
        fault={taken('EMAIL_TAKEN') ?? faultOf(error, 'email')}
      />
      <Field
        label="Username"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        required
        minLength={3}
        maxLength={limits.usernameCharacters}
        fault={taken('USERNAME_TAKEN') ?? faultOf(error, 'username')}
      />
      <Field
        label="Display name"
        name="displayName"
        autoComplete="name"
        maxLength={limits.displayNameCharacters}
        hint="Optional. What others see."
        fault={faultOf(error, 'displayName')}
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        minLength={limits.passwordCharacters.min}
        hint={`At least ${limits.passwordCharacters.min} characters.`}
        fault={faultOf(error, 'password')}
      />
    </>
  );
}
