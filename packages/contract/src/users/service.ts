import type { ClientInfo, Viewer } from '../auth/schema.ts';
import type { KeyHolder } from '../keys/holder.ts';
import type { UserProvision } from './provision.ts';
import type { User, UserGet, UserGetMany, UserSearch } from './schema.ts';

export interface UsersService {
  /**
   * People whose username or display name contains the query, best match first, or the one whose whole e-mail address
   * it is. The viewer is left out.
   */
  search(viewer: Viewer, input: UserSearch): Promise<User[]>;
  /** @throws NOT_FOUND */
  get(viewer: Viewer, input: UserGet): Promise<User>;
  /** Those of the given people who exist, in no particular order. */
  getMany(viewer: Viewer, input: UserGetMany): Promise<User[]>;
  /**
   * Makes an account for somebody whom another system knows, who signs in there and has no password here. Called again for
   * the same `externalId`, gives the account as it is.
   * @throws EMAIL_TAKEN, USERNAME_TAKEN, also in other letter case
   */
  provision(key: KeyHolder, client: ClientInfo, input: UserProvision): Promise<User>;
}
