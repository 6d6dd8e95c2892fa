import type { Message } from '@parley/contract';
import { useMemo } from 'react';
import { loadingThread, type ThreadReplies, type ThreadSnapshot } from '../threads/thread-list.ts';
import { useClient } from './provider.ts';
import { useOpened, useWith } from './use-store.ts';

/** What a thread hangs on: a message, or its ids. */
export type ThreadRoot = Pick<Message, 'id' | 'conversationId'>;

/** A thread, as shown, with what loads more of it. */
export type UsedThread = ThreadSnapshot & Pick<ThreadReplies, 'loadOlder'>;

/**
 * The thread that hangs on a message, live; `useComposer(conversationId, { thread: id })` writes in it, and `client.threads`
 * follows it and marks it as read. Null is none.
 */
export function useThread(root: ThreadRoot | null): UsedThread {
  const { threads } = useClient();
  const { conversationId, id: rootId } = root ?? noRoot;
  const thread = useMemo(() => ({ conversationId, rootId }), [conversationId, rootId]);
  const replies = useOpened(threads, root && thread, loadingThread);
  return useWith(replies, threads.open(thread), more);
}

const noRoot: ThreadRoot = { conversationId: '', id: '' };
const more = ({ loadOlder }: ThreadReplies) => ({ loadOlder });
