import { parsePayload } from '../feeds/events.ts';

const prefix = 'r:';

export function receiptsChannel(conversationId: string): string {
  return prefix + conversationId;
}

export function roomOf(channel: string): string {
  return channel.slice(prefix.length);
}

/** How far a member has now got and read a conversation. */
interface ReceiptWord {
  readonly userId: string;
  readonly deliveredPosition: number;
  readonly readPosition: number;
}

/** What is said of a conversation at once, in the history of the database that the positions belong to. */
export interface ReceiptWords {
  readonly epoch: string;
  readonly words: readonly ReceiptWord[];
}

export function receiptsPayload({ epoch, words }: ReceiptWords): string {
  return JSON.stringify([
    epoch,
    ...words.map(({ userId, deliveredPosition, readPosition }) => [userId, deliveredPosition, readPosition]),
  ]);
}

/** What a payload says; null when it is not one of `receiptsPayload`. */
export function parseReceipts(payload: string): ReceiptWords | null {
  const [epoch, ...rest] = listOf(parsePayload(payload));
  if (typeof epoch !== 'string') return null;
  const words = rest.flatMap((word) => {
    const [userId, deliveredPosition, readPosition] = listOf(word);
    const known =
      typeof userId === 'string' && typeof deliveredPosition === 'number' && typeof readPosition === 'number';
    return known ? { userId, deliveredPosition, readPosition } : [];
  });
  return { epoch, words };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
