import { ParleyError, type UsersService } from '@parley/contract';
import type { Database } from '../db/database.ts';
import { findUsers, searchUsers } from './queries.ts';
import { userOf } from './rows.ts';

export function usersService(db: Database): UsersService {
  return {
    async search(viewer, { q, limit }) {
      const rows = await searchUsers(db, q.trim(), { without: viewer.userId, limit });
      return rows.map(userOf);
    },

    async get(_viewer, { userId }) {
      const [row] = await findUsers(db, [userId]);
      if (row === undefined) throw new ParleyError('NOT_FOUND', 'unable to show the person; no such account');
      return userOf(row);
    },

    async getMany(_viewer, { userIds }) {
      return (await findUsers(db, userIds)).map(userOf);
    },
  };
}
