import { limits, ParleyError, type ReactionRef, type StoredMessage, type Viewer } from '@parley/contract';
import type { Bus } from '../bus/bus.ts';
import type { ConversationChange } from '../conversations/change.ts';
import type { Database } from '../db/database.ts';
import { changeMessage, remark, requireLiving } from '../messages/amend.ts';
import type { MessageRow } from '../messages/queries.ts';
import { messageOf } from '../messages/rows.ts';
import { bumpOwn } from '../people/queries.ts';
import { counted, type Reactions } from './counted.ts';
import { firstToReact, ownEmoji, saveReaction } from './queries.ts';

/** Reacts to a message, or takes it back. Throws as `ReactionsService` says. */
export function react(
  db: Database,
  bus: Bus,
  viewer: Viewer,
  input: ReactionRef,
  how: 'add' | 'remove',
): Promise<StoredMessage> {
  const task = how === 'add' ? 'react to the message' : 'take the reaction back';
  return changeMessage(db, bus, viewer, input, async (change, row) => {
    await requireLiving(change, row, viewer, task);
    const own = await ownEmoji(change.trx, row, viewer.userId);
    if (own.includes(input.emoji) === (how === 'add')) return messageOf(row);
    const before = row.metadata?.reactions ?? [];
    if (how === 'add') requireRoom(before, own, input.emoji);
    const seq = change.nextSeq();
    await write(change, row, { userId: viewer.userId, emoji: input.emoji, how, seq });
    const first = await firstToReact(change.trx, row, input.emoji, limits.reactions.named.ofFew);
    const reactions = counted(before, input.emoji, how === 'add' ? 1 : -1, first);
    return remark(change, row, seq, { reactions: reactions.length === 0 ? undefined : reactions });
  });
}

/** Writes what one person does, and has their devices told. */
async function write(
  change: ConversationChange,
  { conversation_id, position }: MessageRow,
  { userId, emoji, how, seq }: { userId: string; emoji: string; how: 'add' | 'remove'; seq: number },
): Promise<void> {
  const { inboxSeq, epoch } = await bumpOwn(change.trx, userId, 'reactions_seq');
  await saveReaction(change.trx, {
    ...{ conversation_id, position, user_id: userId, emoji, seq, inbox_seq: inboxSeq },
    ...{ reacted_at: change.at, removed_at: how === 'add' ? null : change.at },
  });
  change.hints.push({ userId, epoch, inboxSeq });
}

/** @throws CONFLICT for an emoji too many */
function requireRoom(reactions: Reactions, own: readonly string[], emoji: string): void {
  const { emojis, ofOnePerson } = limits.reactions;
  if (own.length >= ofOnePerson) {
    throw new ParleyError(
      'CONFLICT',
      `unable to react to the message; you react to it with ${ofOnePerson} emoji already`,
    );
  }
  if (reactions.length >= emojis && !reactions.some((reaction) => reaction.emoji === emoji)) {
    throw new ParleyError(
      'CONFLICT',
      `unable to react to the message; it has ${emojis} different emoji already`,
    );
  }
}
