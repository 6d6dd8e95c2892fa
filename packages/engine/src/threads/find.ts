import { ParleyError } from '@parley/contract';
import { type Access, hiddenUpTo } from '../access.ts';
import type { Database } from '../db/database.ts';
import { noSuchMessage } from '../messages/find.ts';
import { findMessage, type MessageRow } from '../messages/queries.ts';

/**
 * What a thread hangs on, or may hang on.
 * @throws NOT_FOUND for what is not there to see, no message, or deleted without replies; CONFLICT for a reply of a thread
 */
export async function findRoot(
  db: Database,
  conversation: Access['conversation'],
  member: Access['member'],
  rootId: string,
): Promise<MessageRow> {
  const root = await findMessage(db, conversation.id, rootId);
  if (root === undefined || root.type === 'system' || root.position <= hiddenUpTo(conversation, member)) {
    throw noSuchMessage();
  }
  if (root.metadata?.thread !== undefined) {
    throw new ParleyError('CONFLICT', 'unable to open the thread; it would be a thread on a thread');
  }
  if (root.deleted_at !== null && root.metadata?.replies === undefined) throw noSuchMessage();
  return root;
}
