import type { Looks } from './entry.ts';
import type { Entry, SyncState } from './state.ts';

/** What somebody looks at of a conversation. */
export function looksAt({ open, openMembers }: SyncState, conversationId: string): Looks {
  return { messages: open.has(conversationId), members: openMembers.has(conversationId) };
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
