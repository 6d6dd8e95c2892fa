import { type MessageRef, type MessageView, ParleyError, type Viewer } from '@parley/contract';
import { accessTo, hiddenUpTo } from '../access.ts';
import type { Database } from '../db/database.ts';
import { conversationsOfMessage, findMessage } from './queries.ts';
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

/** @throws NOT_FOUND, CONFLICT, NOT_MEMBER */
export async function getMessage(db: Database, viewer: Viewer, ref: MessageRef): Promise<MessageView> {
  const conversationId = await conversationOf(db, viewer, ref);
  const { conversation, member } = await accessTo(db, conversationId, viewer.userId);
  const row = await findMessage(db, conversationId, ref.messageId);
  if (row === undefined || row.position <= hiddenUpTo(conversation, member)) throw noSuchMessage();
  const [view] = await messageViews(db, viewer, member, [messageOf(row)]);
  if (view === undefined) throw noSuchMessage();
  return view;
}
