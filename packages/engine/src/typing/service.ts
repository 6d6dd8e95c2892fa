import { limits, type TypingService } from '@parley/contract';
import { notMember } from '../access.ts';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { asServiceError } from '../db/errors.ts';
import type { ConversationFeeds } from '../feeds/conversation-feeds.ts';
import { inTime } from '../in-time.ts';
import { silencedFor } from '../people/silenced.ts';
import type { Silences } from '../people/silences.ts';
import { typingChannel, typingPayload } from './channel.ts';
import { isMember } from './queries.ts';
import { Recent } from './recent.ts';
import type { TypingRooms } from './rooms.ts';
import { TypingWatcher } from './typing-watcher.ts';

/** For how long somebody who is not connected here is taken for the member they were found to be, in milliseconds. */
const memberMs = 5_000;
/** What was said so lately is not said again, in milliseconds: a little less than a client waits with it. */
const newsMs = limits.typing.renewMs - 500;
/** For a watcher to be admitted, in milliseconds. */
const startMs = 15_000;

export function typingService(
  db: Database,
  bus: Bus,
  feeds: ConversationFeeds,
  rooms: TypingRooms,
  silences: Silences,
): TypingService {
  const said = new Recent<boolean>(newsMs);
  const members = new Recent<true>(memberMs);

  /** Asks the database only for those of whom no feed here knows. */
  async function requireMember(conversationId: string, userId: string, key: string): Promise<void> {
    if (feeds.find(conversationId)?.hasMember(userId) === true || members.get(key) === true) return;
    if (!(await isMember(db, conversationId, userId))) throw notMember();
    members.set(key, true);
  }

  return {
    async set({ userId }, { conversationId, typing }) {
      const key = `${conversationId} ${userId}`;
      await requireMember(conversationId, userId, key);
      if (said.get(key) === typing) return;
      said.set(key, typing);
      bus.whisper(typingChannel(conversationId), typingPayload({ userId, typing }));
    },

    async watch({ userId }, { conversationId }) {
      const [feed] = await feeds.open([conversationId]);
      if (feed === undefined) throw notMember();
      const watcher = new TypingWatcher({ db, feed, userId, task: 'watch who is typing' }, () => {
        release();
        rooms.leave(conversationId, watcher);
        feeds.release(conversationId);
      });
      const release = silences.hold(userId, (otherId) => rooms.silence(conversationId, watcher, otherId));
      try {
        for (const otherId of await silencedFor(db, userId)) watcher.silenced.add(otherId);
        await inTime(watcher.admit(), startMs, 'watch who is typing');
        await rooms.join(conversationId, watcher);
      } catch (error) {
        watcher.stream.end();
        throw asServiceError(error);
      }
      return watcher.stream;
    },
  };
}
