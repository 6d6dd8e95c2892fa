import { limits, type MarkUnread, ParleyError, type StoredSettings, type Viewer } from '@parley/contract';
import { hiddenUpTo } from '../access.ts';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { changeSettings } from '../settings/change.ts';
import { noSuchMessage } from './find.ts';
import { countsAt } from './queries.ts';

/**
 * Marks a conversation as unread from an entry on: with the numbers as of just before it, from which every device derives how
 * many are unread.
 * @throws NOT_MEMBER; NOT_FOUND when the entry is not there to see; INVALID_INPUT when it lies too far back
 */
export function markUnread(
  db: Database,
  bus: Bus,
  viewer: Viewer,
  { conversationId, position }: MarkUnread,
): Promise<StoredSettings> {
  return changeSettings(db, bus, viewer, conversationId, async ({ trx, settings, conversation, member }) => {
    const { last_position: last } = conversation;
    if (position > last || position <= hiddenUpTo(conversation, member)) throw noSuchMessage();
    if (last - position >= limits.markUnreadEntries) throw tooFarBack();
    const { ordinal, ownAfter } = await countsAt(trx, conversationId, viewer.userId, position - 1);
    return { ...settings, unreadFrom: { position, ordinal, sent: member.sent - ownAfter } };
  });
}

function tooFarBack(): ParleyError {
  const message = `must be one of the latest ${limits.markUnreadEntries} entries`;
  return new ParleyError('INVALID_INPUT', 'unable to mark the conversation as unread; that is too far back', {
    fields: [{ path: 'position', message }],
  });
}
