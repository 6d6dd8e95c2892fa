import type { Looks } from './entry.ts';
import type { Entry, SyncState } from './state.ts';

const nothing: ReadonlySet<string> = new Set();

/** What somebody looks at of a conversation. */
export function looksAt({ open, openMembers, openThreads }: SyncState, conversationId: string): Looks {
  const threads = openThreads.get(conversationId) ?? nothing;
  return { messages: open.has(conversationId), members: openMembers.has(conversationId), threads };
}

/** Changes the entry of a conversation; one that is not held stays so (rule 17). */
export function changeEntry(
  state: SyncState,
  conversationId: string,
  change: (entry: Entry) => Entry,
): SyncState {
  const entry = state.entries?.get(conversationId);
  if (entry === undefined) return state;
  const next = change(entry);
  return next === entry ? state : withEntry(state, conversationId, next);
}

export function withEntry(state: SyncState, conversationId: string, entry: Entry): SyncState {
  return { ...state, entries: new Map(state.entries).set(conversationId, entry) };
}

export function withoutEntry(state: SyncState, conversationId: string): SyncState {
  if (state.entries?.has(conversationId) !== true) return state;
  const entries = new Map(state.entries);
  entries.delete(conversationId);
  return { ...state, entries };
}

/** Somebody looks again: what was refused is asked for once more, and the summary if there is none. */
export function lookedAt(entry: Entry): Entry {
  const wanted = entry.wanted || entry.conversation === null;
  return { ...entry, wanted, held: entry.held === 'refused' ? null : entry.held };
}
