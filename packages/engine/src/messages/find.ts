import { type MessageRef, type MessageView, ParleyError, type Viewer } from '@parley/contract';
import { type Access, accessTo, hiddenUpTo } from '../access.ts';
import type { Database } from '../db/database.ts';
import { inSnapshot } from '../feeds/queries.ts';
import { conversationsOfMessage, findMessage, type MessageRow } from './queries.ts';
import { messageOf } from './rows.ts';
import { messageViews } from './views.ts';

export function noSuchMessage(): ParleyError {
  return new ParleyError('NOT_FOUND', 'unable to find the message; there is none, or you may not see it');
}

/**
 * The conversation a message is in, when the caller did not say it: looked for among the viewer's.
 * @throws NOT_FOUND; CONFLICT when the same id was used in several of them
 */
export async function conversationOf(db: Database, viewer: Viewer, ref: MessageRef): Promise<string> {
  if (ref.conversationId !== undefined) return ref.conversationId;
  const [found, another] = await conversationsOfMessage(db, ref.messageId, viewer.userId);
  if (found === undefined) throw noSuchMessage();
  if (another !== undefined) {
    throw new ParleyError(
      'CONFLICT',
      'unable to find the message; its id was used in several conversations, name the conversation',
    );
  }
  return found;
}

/**
 * A message the viewer may see, and their membership.
 * @throws NOT_FOUND, CONFLICT, NOT_MEMBER
 */
export async function findVisible(
  snapshot: Database,
  viewer: Viewer,
  ref: MessageRef,
): Promise<{ row: MessageRow; member: Access['member'] }> {
  const conversationId = await conversationOf(snapshot, viewer, ref);
  const { conversation, member } = await accessTo(snapshot, conversationId, viewer.userId);
  const row = await findMessage(snapshot, conversationId, ref.messageId);
  if (row === undefined || row.position <= hiddenUpTo(conversation, member)) throw noSuchMessage();
  return { row, member };
}

/**
 * One message, of one snapshot with the membership: whoever is removed meanwhile sees nothing of what came after.
 * @throws NOT_FOUND, CONFLICT, NOT_MEMBER
 */
export function getMessage(db: Database, viewer: Viewer, ref: MessageRef): Promise<MessageView> {
  return inSnapshot(db, async (snapshot) => {
    const { row, member } = await findVisible(snapshot, viewer, ref);
    const [view] = await messageViews(snapshot, viewer, member, [messageOf(row)]);
    if (view === undefined) throw noSuchMessage();
    return view;
  });
}
