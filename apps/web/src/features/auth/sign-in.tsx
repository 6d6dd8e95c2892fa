import { useClient } from '@parley/sdk/react';
import { useState } from 'react';
import { explain } from '../../explain.ts';
import { Field } from './field.tsx';
import { RegisterFields } from './register-fields.tsx';
import './sign-in.css';

/** The two ways in: an account that exists, and a new one. */
export function SignIn() {
  const client = useClient();
  const [registering, setRegistering] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function submit(form: FormData) {
    const text = (name: string) => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    };
    const displayName = text('displayName').trim();
    setBusy(true);
    setError(null);
    try {
      if (registering) {
        const account = { email: text('email'), username: text('username'), password: text('password') };
        await client.auth.register(displayName === '' ? account : { ...account, displayName });
      } else {
        await client.auth.login({ email: text('login'), password: text('password') });
      }
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className="sign-in">
      <form
        className="sign-in-card"
        aria-label={registering ? 'Create an account' : 'Sign in'}
        onSubmit={(event) => {
          event.preventDefault();
          void submit(new FormData(event.currentTarget));
        }}
      >
        <img className="sign-in-mark" src="/favicon.svg" alt="" width="48" height="48" />
        <h1>{registering ? 'Create your account' : 'Sign in to Parley'}</h1>
        {registering ? <RegisterFields error={error} /> : <LoginFields />}
        {error !== null && (
          <p className="sign-in-fault" role="alert">
            {explain(error)}
          </p>
        )}
        <button type="submit" className="button" data-kind="primary" disabled={busy}>
          {registering ? 'Create account' : 'Sign in'}
        </button>
        <p className="sign-in-other">
          {registering ? 'Have an account already?' : 'New here?'}{' '}
          <button
            type="button"
            className="link-button"
            onClick={() => {
              setRegistering(!registering);
              setError(null);
            }}
          >
            {registering ? 'Sign in' : 'Create an account'}
          </button>
        </p>
      </form>
    </main>
  );
}

function LoginFields() {
  return (
    <>
      <Field label="E-mail or username" name="login" autoComplete="username" autoCapitalize="none" required />
      <Field label="Password" name="password" type="password" autoComplete="current-password" required />
    </>
  );
}
