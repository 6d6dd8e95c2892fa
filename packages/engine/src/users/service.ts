import { ParleyError, type UsersService } from '@parley/contract';
import type { Audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';
import { provision } from './provision.ts';
import { findPeople, searchUsers } from './queries.ts';
import { userOf } from './rows.ts';

/** @param issuer whose people servers bring along; null for none */
export function usersService(db: Database, audit: Audit, issuer: string | null): UsersService {
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

    provision: (key, client, input) => provision(db, audit, issuer, { key, client, input }),
  };
}
