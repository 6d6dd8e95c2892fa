import type { FoundPosition, PositionAt, Viewer } from '@parley/contract';
import { accessTo, hiddenUpTo } from '../access.ts';
import type { Database } from '../db/database.ts';
import { inSnapshot } from '../feeds/queries.ts';
import { firstSince } from './queries.ts';

/**
 * The first entry of a time or later that the viewer may see.
 * @throws NOT_MEMBER
 */
export function positionAt(
  db: Database,
  viewer: Viewer,
  { conversationId, at }: PositionAt,
): Promise<FoundPosition> {
  return inSnapshot(db, async (snapshot) => {
    const { conversation, member } = await accessTo(snapshot, conversationId, viewer.userId);
    const hidden = hiddenUpTo(conversation, member);
    const { last_position: last } = conversation;
    const position = await firstSince(snapshot, conversationId, { hidden, last }, new Date(at));
    return { position: position > last ? null : position };
  });
}
