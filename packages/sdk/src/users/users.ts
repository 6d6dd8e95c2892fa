import type { User, UserGet, UserGetMany, UserSearch } from '@parley/contract';
import type { Connection } from '../connection/connection.ts';
import type { Paged } from '../paged.ts';

/** A search as a caller gives it: `limit` is 20 unless told. */
export type UserSearchInput = Paged<UserSearch>;

/** Other people. Every call throws UNAUTHENTICATED and UNAVAILABLE. */
export class Users {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** People whose username or display name contains the query, or the one whose whole e-mail address it is. */
  search(input: UserSearchInput): Promise<User[]> {
    return this.#connection.call((trpc, options) => trpc.users.search.query(input, options), {
      repeatable: true,
    });
  }

  /** @throws NOT_FOUND */
  get(input: UserGet): Promise<User> {
    return this.#connection.call((trpc, options) => trpc.users.get.query(input, options), {
      repeatable: true,
    });
  }

  /** Those of the given people who exist, in no particular order. */
  getMany(input: UserGetMany): Promise<User[]> {
    return this.#connection.call((trpc, options) => trpc.users.getMany.query(input, options), {
      repeatable: true,
    });
  }
}
