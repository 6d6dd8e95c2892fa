import { useClient, useSession } from '@parley/sdk/react';
import { SignOutIcon } from '../../icons.tsx';
import { navigate } from '../../route.ts';
import { Avatar } from '../users/avatar.tsx';
import { nameOf } from '../users/names.ts';
import './account.css';

/** Who is signed in, and the way out. */
export function Account() {
  const client = useClient();
  const user = useSession()?.user;
  if (user === undefined) return null;
  const signOut = () => {
    navigate(null);
    void client.auth.logout();
  };
  return (
    <footer className="account" data-testid="account">
      <Avatar id={user.id} name={nameOf(user)} size="small" />
      <div className="account-names">
        <p className="account-name">{nameOf(user)}</p>
        <p className="account-username">@{user.username}</p>
      </div>
      <button type="button" className="icon-button" aria-label="Sign out" title="Sign out" onClick={signOut}>
        <SignOutIcon />
      </button>
    </footer>
  );
}
