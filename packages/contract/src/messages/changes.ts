import { z } from 'zod';
import { ConversationInfo, Member, ReadState, Role } from '../conversations/schema.ts';
import { limits } from '../limits.ts';
import { Count, givenText, Id } from '../text.ts';
import { Message } from './schema.ts';

/** One row of a conversation as it is since the change numbered `seq`: state, so applying it twice is harmless. */
export const Change = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('message'), seq: Count, message: Message }),
    z.strictObject({ type: z.literal('member'), seq: Count, member: Member }),
    z.strictObject({ type: z.literal('conversation'), seq: Count, conversation: ConversationInfo }),
  ])
  .meta({ id: 'Change' });
export type Change = z.infer<typeof Change>;

/** What somebody holds of a conversation, to learn what changed since. */
export const ChangesSince = z.strictObject({
  conversationId: Id,
  /** The epoch of what is held. */
  epoch: givenText(100),
  /** The `joinedSeq` of the membership it was read under. */
  joinedSeq: Count,
  /** The seq up to which it is held. */
  since: Count,
  limit: z.int().min(1).max(limits.changeRows).default(limits.changeRows),
});
export type ChangesSince = z.infer<typeof ChangesSince>;

/**
 * What changed in a conversation, of one snapshot. `reset`: another epoch, or more is held than there is: drop all of it,
 * and begin anew in the epoch told. `rejoin`: one has joined anew since, and sees what came after that only: drop what
 * is held of this conversation, and go on under the `joinedSeq` told.
 */
export const Changes = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('page'),
      epoch: z.string(),
      /** By seq. Messages one may not see are left out. */
      rows: z.array(Change),
      /** All changes up to this seq are held once the rows are applied. */
      upTo: Count,
      /** Whether there is more above `upTo`; ask again from there. */
      more: z.boolean(),
      lastSeq: Count,
      memberCount: Count,
      role: Role,
      joinedSeq: Count,
      joinedPosition: Count,
      /** What one has read, as of `lastSeq`; merges by maximum. */
      read: ReadState,
    }),
    z.strictObject({ type: z.literal('reset'), epoch: z.string() }),
    z.strictObject({ type: z.literal('rejoin'), epoch: z.string(), joinedSeq: Count }),
  ])
  .meta({ id: 'Changes' });
export type Changes = z.infer<typeof Changes>;
