import { ParleyError, type UsersService } from '@parley/contract';
import type { Database } from '../db/database.ts';
import { findPeople, searchUsers } from './queries.ts';
import { userOf } from './rows.ts';

export function usersService(db: Database): UsersService {
  return {
    async search(viewer, { q, limit }) {
      const rows = await searchUsers(db, q.trim(), { viewerId: viewer.userId, limit });
      return rows.map(userOf);
    },

    async get(viewer, { userId }) {
      const [row] = await findPeople(db, viewer.userId, [userId]);
      if (row === undefined) throw new ParleyError('NOT_FOUND', 'unable to show the person; no such account');
      return userOf(row);
    },

    async getMany(viewer, { userIds }) {
      return (await findPeople(db, viewer.userId, userIds)).map(userOf);
    },
  };
}
