import { limits, type MentionsService } from '@parley/contract';
import type { Database } from '../db/database.ts';
import { messageOf } from '../messages/rows.ts';
import { withOwnReactions } from '../reactions/own.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { countUnread, mentionsPage } from './queries.ts';

const latest = {
  at: new Date('9999-12-31'),
  conversationId: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
  position: 0,
};

export function mentionsService(db: Database): MentionsService {
  return {
    async list(viewer, { cursor, limit }) {
      const before = cursor === undefined ? latest : readCursor(cursor);
      const rows = await mentionsPage(db, viewer.userId, before, limit + 1);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const seen = page.map((row) => ({ ...messageOf(row), isRead: row.is_read }));
      return {
        messages: await withOwnReactions(db, viewer.userId, seen),
        nextCursor:
          rows.length > limit && last !== undefined
            ? writeCursor({
                ...{ at: last.created_at, conversationId: last.conversation_id },
                position: last.position,
              })
            : null,
      };
    },

    async unread(viewer) {
      const rows = await countUnread(db, viewer.userId);
      const conversations = rows
        .map(({ conversation_id: conversationId, count, found }) => ({
          conversationId,
          count: Math.min(count, limits.unreadMentions),
          more: found > limits.unreadMentions,
        }))
        .filter(({ count, more }) => count > 0 || more);
      return {
        total: conversations.reduce((sum, { count }) => sum + count, 0),
        more: conversations.some(({ more }) => more),
        conversations,
      };
    },
  };
}
