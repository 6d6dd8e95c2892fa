import type { Message, Receipt, ReceiptEvent } from '@parley/contract';

/** What is known of the receipts of one conversation: of the others, by user id. */
export interface ReceiptBook {
  readonly epoch: string;
  readonly receipts: ReadonlyMap<string, Receipt>;
}

export const emptyBook: ReceiptBook = { epoch: '', receipts: new Map() };

/** What an event makes of what is known: `ready` replaces it, positions otherwise only grow. */
export function applyReceipts(book: ReceiptBook, event: ReceiptEvent, viewerId: string): ReceiptBook {
  const { type, epoch } = event;
  const others = event.receipts.filter(({ userId }) => userId !== viewerId);
  if (type === 'ready') return { epoch, receipts: new Map(others.map((each) => [each.userId, each])) };
  if (epoch !== book.epoch || others.length === 0) return book;
  const receipts = new Map(book.receipts);
  for (const receipt of others) {
    const known = receipts.get(receipt.userId);
    receipts.set(receipt.userId, known === undefined ? receipt : farthest(known, receipt));
  }
  return { epoch, receipts };
}

function farthest(a: Receipt, b: Receipt): Receipt {
  return {
    userId: a.userId,
    joinedPosition: Math.max(a.joinedPosition, b.joinedPosition),
    deliveredPosition: Math.max(a.deliveredPosition, b.deliveredPosition),
    readPosition: Math.max(a.readPosition, b.readPosition),
  };
}

/** How far a message has come: it is `read` once one of the others has read it. */
export interface MessageReceipt {
  readonly state: 'sent' | 'delivered' | 'read';
  /** Whom it was for, as far as one may see their receipts. */
  readonly members: number;
  readonly delivered: number;
  readonly read: number;
}

/** How far a message has come among those who were in before it, without its sender. */
export function receiptOf(
  { receipts }: Pick<ReceiptBook, 'receipts'>,
  { position, senderId }: Pick<Message, 'position' | 'senderId'>,
): MessageReceipt {
  let [members, delivered, read] = [0, 0, 0];
  for (const { userId, joinedPosition, deliveredPosition, readPosition } of receipts.values()) {
    if (userId === senderId || joinedPosition >= position) continue;
    members += 1;
    if (deliveredPosition >= position) delivered += 1;
    if (readPosition >= position) read += 1;
  }
  return { state: read > 0 ? 'read' : delivered > 0 ? 'delivered' : 'sent', members, delivered, read };
}
