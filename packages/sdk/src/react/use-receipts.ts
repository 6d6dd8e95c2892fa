import type { Message } from '@parley/contract';
import { useMemo } from 'react';
import { type MessageReceipt, receiptOf } from '../receipts/receipt-book.ts';
import { loadingReceipts, type ReceiptsSnapshot } from '../receipts/receipt-store.ts';
import { useClient } from './provider.ts';
import { useOpened } from './use-store.ts';

/** How far the others have got and read a conversation, as shown. */
export interface UsedReceipts extends ReceiptsSnapshot {
  /** How far a message has come; another function whenever that may have changed. */
  readonly receiptOf: (message: Pick<Message, 'position' | 'senderId'>) => MessageReceipt;
}

/** How far the others have got and read a conversation of at most 100 members, live. Null is none. */
export function useReceipts(conversationId: string | null): UsedReceipts {
  const snapshot = useOpened(useClient().receipts, conversationId, loadingReceipts);
  return useMemo(() => ({ ...snapshot, receiptOf: (message) => receiptOf(snapshot, message) }), [snapshot]);
}
