import type { Change, WatchEvent } from '@parley/contract';
import type { Caller } from '../callers.ts';

/** Somebody who watches a conversation with the stock tRPC client, which resumes by itself. */
export interface Watcher {
  /** The rows it was told of, in the order they came. */
  readonly rows: readonly Change[];
  /** Ids of all events, with their types, in the order they came. */
  readonly events: readonly { readonly id: string; readonly type: WatchEvent['type'] }[];
  /** The error that ended it; null while it goes on. */
  readonly ended: unknown;
  stop(): void;
}

/** Resolves once it has begun. */
export async function watch({ trpc }: Caller, conversationId: string): Promise<Watcher> {
  const rows: Change[] = [];
  const events: { id: string; type: WatchEvent['type'] }[] = [];
  let ended: unknown = null;
  const begun = Promise.withResolvers<void>();
  const subscription = trpc.messages.watch.subscribe(
    { conversationId },
    {
      onData({ id, data }) {
        events.push({ id, type: data.type });
        if (data.type === 'changes') rows.push(...data.rows);
        begun.resolve();
      },
      onError(error) {
        ended = error;
        begun.reject(error);
      },
    },
  );
  await begun.promise;
  return {
    rows,
    events,
    get ended() {
      return ended;
    },
    stop: () => subscription.unsubscribe(),
  };
}
