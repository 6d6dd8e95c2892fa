import type { InboxService } from '@parley/contract';
import type { UserFeeds } from './user-feeds.ts';

export function inboxService(users: UserFeeds): InboxService {
  return { watch: (viewer) => users.open(viewer.userId).watch() };
}
