import type { Change } from './changes.ts';

/**
 * All that changed in a conversation in `(from, to]`, by seq. `from === to` with no rows says only that the conversation
 * is at `to`: what lies between has to be fetched.
 */
export interface Frame {
  readonly conversationId: string;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly rows: readonly Change[];
}

/**
 * What `messages.watch` yields, each tracked under `epoch:joinedSeq:seq`. `ready` comes first. `changes` are upserts by
 * id. `reset` means continuity could not be proved: drop what is held and list anew; events go on after it.
 */
export type WatchEvent =
  | { readonly type: 'ready'; readonly epoch: string; readonly seq: number }
  | { readonly type: 'changes'; readonly rows: readonly Change[] }
  | { readonly type: 'reset'; readonly epoch: string; readonly seq: number };
