import { limits } from '@parley/contract';
import type { ConversationChange } from '../conversations/change.ts';
import { remark } from '../messages/amend.ts';
import { messageAt } from '../messages/queries.ts';
import { counted } from './counted.ts';
import { deleteReaction, firstToReact } from './queries.ts';

/** Takes a reaction of somebody off a message as if it had never been; where there is none it changes nothing. */
export async function withdraw(
  change: ConversationChange,
  position: number,
  userId: string,
  emoji: string,
): Promise<void> {
  const place = { conversation_id: change.conversation.id, position };
  if (!(await deleteReaction(change.trx, place, userId, emoji))) return;
  const row = await messageAt(change.trx, place.conversation_id, position);
  if (row === undefined || row.deleted_at !== null) return;
  const first = await firstToReact(change.trx, place, emoji, limits.reactions.named.ofFew);
  const reactions = counted(row.metadata?.reactions ?? [], emoji, -1, first);
  await remark(change, row, change.nextSeq(), { reactions: reactions.length === 0 ? undefined : reactions });
}
