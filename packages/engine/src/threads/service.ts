import type { ThreadsService } from '@parley/contract';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { markThreadRead, setFollowing } from './follow.ts';
import { listFollowed, listThread } from './list.ts';

export function threadsService(db: Database, bus: Bus): ThreadsService {
  return {
    list: (viewer, input) => listThread(db, viewer, input),
    // Throws for a cursor before it gives a promise.
    followed: async (viewer, input) => listFollowed(db, viewer, input),
    follow: (viewer, input) => setFollowing(db, bus, viewer, input, true),
    unfollow: (viewer, input) => setFollowing(db, bus, viewer, input, false),
    markRead: (viewer, input) => markThreadRead(db, bus, viewer, input),
  };
}
