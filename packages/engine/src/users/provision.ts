import {
  type ClientInfo,
  type KeyHolder,
  ParleyError,
  type User,
  type UserProvision,
} from '@parley/contract';
import type { Audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';
import { findOrMake } from '../identity/people.ts';
import { anotherUsername, usernameFrom } from '../identity/profile.ts';
import { userOf } from './rows.ts';

/** Names those whom servers bring along where no external issuer is trusted. */
const ownNamespace = 'urn:parley:provisioned';

/**
 * Makes an account for somebody whom another system knows, or finds it.
 * @param issuer in whose names they are known; null when no issuer is trusted
 * @throws EMAIL_TAKEN, USERNAME_TAKEN
 */
export async function provision(
  db: Database,
  audit: Audit,
  issuer: string | null,
  { key, client, input }: { key: KeyHolder; client: ClientInfo; input: UserProvision },
): Promise<User> {
  const { externalId, username, displayName = null, avatar = null, email = null } = input;
  const made = usernameFrom(displayName === null ? [] : [displayName]);
  const accountCreated = (id: string) =>
    ({
      kind: 'account-created',
      subjectId: id,
      keyId: key.id,
      address: client.address,
      details: { by: 'key' },
    }) as const;
  const found = await findOrMake(db, {
    identity: { issuer: issuer ?? ownNamespace, subject: externalId, profile_hash: null, profile_at: null },
    user: { username: username ?? made, display_name: displayName, avatar, email },
    instead: (taken, wanted) => {
      if (taken === 'email') {
        throw new ParleyError(
          'EMAIL_TAKEN',
          'unable to make the account; the e-mail address has one already',
        );
      }
      if (username !== undefined) {
        throw new ParleyError('USERNAME_TAKEN', 'unable to make the account; somebody else has the username');
      }
      return { ...wanted, username: anotherUsername(made) };
    },
    onMade: (trx, id) => audit.store(trx, accountCreated(id)),
  });
  if (found.made) audit.tell(accountCreated(found.user.id));
  return userOf({ ...found.user, hidden: false });
}
