import type { Entry, SyncState } from './state.ts';

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
