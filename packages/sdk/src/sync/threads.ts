import { awaitPage } from '../messages/timeline.ts';
import { applyThreadPage, emptyThread, giveUpThread, type Thread } from '../threads/thread.ts';
import { paused } from './answers.ts';
import { changeEntry, lookedAt, withEntry } from './entries.ts';
import { loadedAsOf, withoutThread } from './entry.ts';
import { learning } from './stretches.ts';
import type { Entry, SyncEffect, SyncInput, SyncState, SyncStep } from './state.ts';

type Answer = Extract<SyncInput, { type: 'thread-page' | 'thread-failed' }>;

/** Somebody looks at a thread. */
export function threadOpened(state: SyncState, conversationId: string, rootId: string): SyncState {
  const roots = new Set(state.openThreads.get(conversationId)).add(rootId);
  const openThreads = new Map(state.openThreads).set(conversationId, roots);
  return changeEntry({ ...state, openThreads }, conversationId, (entry) => {
    const thread = entry.threads.get(rootId) ?? emptyThread;
    return withThread(lookedAt(entry), rootId, { ...thread, gone: false });
  });
}

export function threadClosed(state: SyncState, conversationId: string, rootId: string): SyncState {
  const roots = new Set(state.openThreads.get(conversationId));
  roots.delete(rootId);
  const openThreads = new Map(state.openThreads);
  if (roots.size > 0) openThreads.set(conversationId, roots);
  else openThreads.delete(conversationId);
  return changeEntry({ ...state, openThreads }, conversationId, (entry) => withoutThread(entry, rootId));
}

export function onOlderReplies(state: SyncState, conversationId: string, rootId: string): SyncStep {
  const entry = state.entries?.get(conversationId);
  const thread = entry?.threads.get(rootId);
  const before = thread?.replies.rows[0]?.position;
  if (entry === undefined || thread === undefined || before === undefined) return [state, []];
  const { replies } = thread;
  if (!replies.loaded || !replies.hasOlder || replies.awaited !== null) return [state, []];
  const call = state.calls + 1;
  const place = { type: 'before', position: before } as const;
  const next = withThread(entry, rootId, { ...thread, replies: awaitPage(replies, call, place) });
  const effect: SyncEffect = { type: 'fetch-thread', conversationId, rootId, call, place };
  return [withEntry({ ...state, calls: call }, conversationId, next), [effect]];
}

/** A page of a thread: as with messages, what it may miss is asked for again. */
export function onThreadPage(state: SyncState, input: Extract<SyncInput, { type: 'thread-page' }>): SyncStep {
  const found = awaiting(state, input);
  if (found === null) return [state, []];
  const { entry, thread } = found;
  const { conversationId, rootId, page } = input;
  if (page.epoch !== state.epoch) {
    return paused(state, conversationId, withThread(entry, rootId, giveUpThread(thread)));
  }
  const loaded = withThread(entry, rootId, applyThreadPage(thread, page));
  const next = learning(loaded, [page.root, ...page.messages]);
  if (thread.replies.loaded) return [withEntry(state, conversationId, next), []];
  return [withEntry(state, conversationId, { ...next, ...loadedAsOf(entry, page.asOf) }), []];
}

/** Whoever asked for an older page is told, and asks again. */
export function onThreadFailed(
  state: SyncState,
  input: Extract<SyncInput, { type: 'thread-failed' }>,
): SyncStep {
  const found = awaiting(state, input);
  if (found === null) return [state, []];
  const { entry, thread } = found;
  const { conversationId, rootId, final } = input;
  const settled = withThread(entry, rootId, { ...giveUpThread(thread), gone: final });
  if (final || thread.replies.loaded) return [withEntry(state, conversationId, settled), []];
  return paused(state, conversationId, settled);
}

function awaiting(state: SyncState, { conversationId, rootId, call }: Answer) {
  const entry = state.entries?.get(conversationId);
  const thread = entry?.threads.get(rootId);
  if (entry === undefined || thread?.replies.awaited?.call !== call) return null;
  return { entry, thread };
}

function withThread(entry: Entry, rootId: string, thread: Thread): Entry {
  return { ...entry, threads: new Map(entry.threads).set(rootId, thread) };
}
