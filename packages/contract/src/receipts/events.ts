import type { Receipt } from './schema.ts';

/**
 * What `receipts.watch` yields. `ready` comes first, with everybody whose receipts the viewer may see, and again whenever
 * somebody is not among them any more: it replaces all that is known. `changed` holds those that moved, or came; it merges
 * by maximum. Events are the same for everyone, so one's own receipts may be among them.
 */
export type ReceiptEvent =
  | { readonly type: 'ready'; readonly epoch: string; readonly receipts: readonly Receipt[] }
  | { readonly type: 'changed'; readonly epoch: string; readonly receipts: readonly Receipt[] };
