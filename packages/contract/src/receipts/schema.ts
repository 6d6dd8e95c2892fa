import { z } from 'zod';
import { limits } from '../limits.ts';
import { MessageRef } from '../messages/schema.ts';
import { Count, Id } from '../text.ts';

/**
 * How far one member has got a conversation, and has read it: `deliveredPosition` is at least `readPosition`, and both only
 * grow while the membership lasts. What lies up to `joinedPosition` was there before them: they neither got nor read it.
 */
export const Receipt = z
  .strictObject({ userId: Id, joinedPosition: Count, deliveredPosition: Count, readPosition: Count })
  .meta({ id: 'Receipt' });
export type Receipt = z.infer<typeof Receipt>;

export const DeliveredMark = z.strictObject({
  conversationId: Id,
  /** The last position that the client has got. */
  position: Count,
});
export type DeliveredMark = z.infer<typeof DeliveredMark>;

export const ReceiptsDelivered = z.strictObject({
  marks: z.array(DeliveredMark).min(1).max(limits.deliveredMarks),
});
export type ReceiptsDelivered = z.infer<typeof ReceiptsDelivered>;

/** What acknowledging gives: the conversations that are not to be acknowledged again before so many milliseconds. */
export const Delivered = z
  .strictObject({ waits: z.array(z.strictObject({ conversationId: Id, ms: z.int() })) })
  .meta({ id: 'Delivered' });
export type Delivered = z.infer<typeof Delivered>;

export const ReceiptList = z.strictObject({
  conversationId: Id,
  /** The last user id of the page before. */
  after: Id.optional(),
  limit: z.int().min(1).max(limits.pageRows).default(limits.pageRows),
});
export type ReceiptList = z.infer<typeof ReceiptList>;

/** Those of the others whose receipts the viewer may see, by user id. */
export const ReceiptPage = z
  .strictObject({ receipts: z.array(Receipt), nextAfter: Id.nullable(), epoch: z.string() })
  .meta({ id: 'ReceiptPage' });
export type ReceiptPage = z.infer<typeof ReceiptPage>;

export const ReceiptState = z.enum(['delivered', 'read']);
export type ReceiptState = z.infer<typeof ReceiptState>;

export const ReceiptsOf = MessageRef.extend({
  /** Only those who have read it, rather than all who have got it. */
  state: ReceiptState.optional(),
  /** The last user id of the page before. */
  after: Id.optional(),
  limit: z.int().min(1).max(limits.pageRows).default(limits.pageRows),
});
export type ReceiptsOf = z.infer<typeof ReceiptsOf>;

/**
 * Who has got a message, by user id, and how many in all: of those who were in before it, without the viewer and its
 * sender, and without those whose receipts the viewer may not see. Whoever has read it has got it.
 */
export const MessageReceipts = z
  .strictObject({
    conversationId: Id,
    messageId: Id,
    position: Count,
    /** Those it was for. */
    members: Count,
    delivered: Count,
    read: Count,
    people: z.array(z.strictObject({ userId: Id, state: ReceiptState })),
    nextAfter: Id.nullable(),
  })
  .meta({ id: 'MessageReceipts' });
export type MessageReceipts = z.infer<typeof MessageReceipts>;

export const ReceiptsWatch = z.strictObject({ conversationId: Id });
export type ReceiptsWatch = z.infer<typeof ReceiptsWatch>;
