import type { Viewer } from '../auth/schema.ts';
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
}
