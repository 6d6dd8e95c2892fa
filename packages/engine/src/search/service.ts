import type { SearchService, UsersService } from '@parley/contract';
import type { Database } from '../db/database.ts';
import { searchConversations } from './conversations.ts';
import { searchMessages } from './messages.ts';

/** @param users whom the viewer may find, and who may not be found, is theirs to say */
export function searchService(db: Database, users: UsersService): SearchService {
  return {
    messages: (viewer, input) => searchMessages(db, viewer, input),

    async all(viewer, { q, limit }) {
      const [people, conversations, { results: messages }] = await Promise.all([
        users.search(viewer, { q, limit }),
        searchConversations(db, viewer, q, limit),
        searchMessages(db, viewer, { q, limit, sort: 'relevance' }),
      ]);
      return { people, conversations, messages };
    },
  };
}
