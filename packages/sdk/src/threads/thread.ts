import type { Message, ThreadPage } from '@parley/contract';
import {
  applyMessages,
  applyPage,
  emptyTimeline,
  giveUpPage,
  sharedRow,
  type Timeline,
  upToHole,
} from '../messages/timeline.ts';

/** A thread somebody looks at: what it hangs on, and the latest stretch of its replies. */
export interface Thread {
  /** Null until the first page has come. */
  readonly root: Message | null;
  readonly replies: Timeline;
  /** There is none, or one may not see what it hangs on: it is not asked for again until somebody looks anew. */
  readonly gone: boolean;
}

/** The threads of a conversation that somebody looks at, by what they hang on. */
export type Threads = ReadonlyMap<string, Thread>;

export const emptyThread: Thread = { root: null, replies: emptyTimeline, gone: false };

/** Threads with nothing held. */
export function emptyThreads(rootIds: Iterable<string>): Threads {
  return new Map([...rootIds].map((id) => [id, emptyThread]));
}

/** Changes each of the threads; the same ones when nothing changed. */
export function eachThread(threads: Threads, change: (thread: Thread, rootId: string) => Thread): Threads {
  let changed = false;
  const next = [...threads].map(([rootId, thread]) => {
    const after = change(thread, rootId);
    changed ||= after !== thread;
    return [rootId, after] as const;
  });
  return changed ? new Map(next) : threads;
}

/** Messages as they are since some change: each thread takes what is its own. */
export function applyToThreads(threads: Threads, changed: readonly Message[]): Threads {
  if (threads.size === 0 || changed.length === 0) return threads;
  return eachThread(threads, (thread, rootId) => {
    const root = changed.reduce((known, message) => newerRoot(known, message, rootId), thread.root);
    const replies = applyMessages(
      thread.replies,
      changed.filter((message) => message.thread?.rootId === rootId),
    );
    return root === thread.root && replies === thread.replies ? thread : { ...thread, root, replies };
  });
}

/** The page that was awaited: the latest one, or the one before the first reply. */
export function applyThreadPage(thread: Thread, page: ThreadPage): Thread {
  const root = sharedRow(page.root);
  return {
    root: thread.root !== null && thread.root.seq >= root.seq ? thread.root : root,
    replies: applyPage(thread.replies, page),
    gone: false,
  };
}

/** No page is awaited any more. */
export function giveUpThread(thread: Thread): Thread {
  const replies = giveUpPage(thread.replies);
  return replies === thread.replies ? thread : { ...thread, replies };
}

/** The replies up to the first hole: in a thread they are numbered by themselves. */
export function shownReplies({ replies: { rows } }: Thread): readonly Message[] {
  return upToHole(rows, ({ thread }) => thread?.ordinal);
}

function newerRoot(known: Message | null, message: Message, rootId: string): Message | null {
  // What is heard of it before the first page is in the page.
  return known !== null && message.id === rootId && message.seq > known.seq ? message : known;
}
