import { type Changes, type Conversation, type MemberPage, type MessagePage } from '@parley/contract';
import { afterPage, membersOf, messagesOf } from '../conversations/summary.ts';
import { applyMemberPage, applyMembers, isLoaded } from '../members/roster.ts';
import { changeEntry, looksAt, withEntry } from './entries.ts';
import { drain, entryOf, forgotten, loadedAsOf, takeSummary, withSummary } from './entry.ts';
import { afterReset } from './inbox.ts';
import type { Entry, SyncEffect, SyncState, SyncStep } from './state.ts';
import { awaiting, withMessages, withoutPage, withPage } from './stretches.ts';

/** A summary that came as an answer. Under a name it settles the call of that name, if it is still pending. */
export function onConversation(state: SyncState, conversation: Conversation, call: number | null): SyncStep {
  const { id, epoch } = conversation;
  const entry = state.entries?.get(id);
  if (entry === undefined || (call !== null && entry.call !== call)) return [state, []];
  const settled = call === null ? entry : { ...entry, call: null };
  if (epoch !== state.epoch) return call === null ? [state, []] : paused(state, id, settled);
  const next = takeSummary(settled, conversation, looksAt(state, id), state.viewerId);
  return [withEntry(state, id, next), []];
}

/** A conversation made here may not be announced yet: it is held at once. */
export function onMade(state: SyncState, conversation: Conversation): SyncStep {
  const { id, epoch, lastSeq, role, joinedSeq, joinedPosition, read, settings } = conversation;
  if (state.entries === null || state.entries.has(id)) return onConversation(state, conversation, null);
  if (epoch !== state.epoch) return [state, []];
  const head = {
    ...{ conversationId: id, lastSeq, role, joinedSeq, joinedPosition, read },
    ...(settings && { settings }),
  };
  const looks = looksAt(state, id);
  const entry = takeSummary(entryOf(head, looks), conversation, looks, state.viewerId);
  return [withEntry(state, id, entry), []];
}

/** The answer of `changes` (rules 12 and 15). */
export function onChanges(state: SyncState, conversationId: string, call: number, answer: Changes): SyncStep {
  const pending = state.entries?.get(conversationId);
  if (pending?.call !== call) return [state, []];
  const entry = { ...pending, call: null };
  const looks = looksAt(state, conversationId);
  if (answer.type === 'reset') {
    if (answer.epoch !== state.epoch) return [afterReset(state, answer.epoch), [{ type: 'resubscribe' }]];
    return [withEntry(state, conversationId, forgotten(entry, entry.joinedSeq, looks)), []];
  }
  if (answer.epoch !== state.epoch) return paused(state, conversationId, entry);
  if (answer.type === 'rejoin') {
    return [withEntry(state, conversationId, forgotten(entry, answer.joinedSeq, looks)), []];
  }
  return [withEntry(state, conversationId, afterChanges(entry, answer, state.viewerId)), []];
}

function afterChanges(entry: Entry, page: Extract<Changes, { type: 'page' }>, viewerId: string): Entry {
  const { conversation, roster } = entry;
  if (conversation === null) return { ...entry, wanted: true };
  const next = afterPage(conversation, page, viewerId);
  const advanced = {
    ...withMessages(withSummary(entry, next), messagesOf(page.rows)),
    joinedSeq: page.joinedSeq,
    joinedPosition: page.joinedPosition,
    roster: roster && applyMembers(roster, membersOf(page.rows)),
    cursor: Math.max(entry.cursor, page.upTo),
    // Until the last page is there, the summary is not all true.
    wanted: page.more,
  };
  return drain(advanced, viewerId);
}

/** A call brought nothing. That one is not a member ends only the call (rule 16). */
export function onCallFailed(
  state: SyncState,
  conversationId: string,
  call: number,
  final: boolean,
): SyncStep {
  const entry = state.entries?.get(conversationId);
  if (entry?.call !== call) return [state, []];
  return settledFailure(state, conversationId, { ...entry, call: null }, final);
}

/** A page of messages: the first one of a stretch decides from where it goes on. */
export function onPage(state: SyncState, conversationId: string, call: number, page: MessagePage): SyncStep {
  const entry = state.entries?.get(conversationId);
  const stretch = entry === undefined ? null : awaiting(entry, call);
  if (entry === undefined || stretch === null) return [state, []];
  if (page.epoch !== state.epoch) return paused(state, conversationId, withoutPage(entry, call));
  const next = withPage(entry, call, page);
  if (stretch.loaded) return [withEntry(state, conversationId, next), []];
  // The page may be older than the summary: what lies between was not heard of as frames.
  return [withEntry(state, conversationId, { ...next, ...loadedAsOf(entry, page.asOf) }), []];
}

export function onPageFailed(
  state: SyncState,
  conversationId: string,
  call: number,
  final: boolean,
): SyncStep {
  const entry = state.entries?.get(conversationId);
  const stretch = entry === undefined ? null : awaiting(entry, call);
  if (entry === undefined || stretch === null) return [state, []];
  const settled = withoutPage(entry, call);
  // Whoever jumped is told, and is where they were before.
  if (stretch.awaited?.place.type === 'around')
    return [withEntry(state, conversationId, { ...settled, jump: null }), []];
  // Whoever asked for another page is told, and asks again.
  if (stretch.loaded) return [withEntry(state, conversationId, settled), []];
  return settledFailure(state, conversationId, settled, final);
}

/** A page of members: the first one decides from where they go on. */
export function onMembers(
  state: SyncState,
  conversationId: string,
  call: number,
  page: MemberPage,
): SyncStep {
  const entry = state.entries?.get(conversationId);
  if (entry?.roster?.awaited !== call) return [state, []];
  const { roster } = entry;
  if (page.epoch !== state.epoch) {
    return paused(state, conversationId, { ...entry, roster: { ...roster, awaited: null } });
  }
  const next = { ...entry, roster: applyMemberPage(roster, page) };
  if (isLoaded(roster)) return [withEntry(state, conversationId, next), []];
  return [withEntry(state, conversationId, { ...next, ...loadedAsOf(entry, page.asOf) }), []];
}

export function onMembersFailed(
  state: SyncState,
  conversationId: string,
  call: number,
  final: boolean,
): SyncStep {
  const entry = state.entries?.get(conversationId);
  if (entry?.roster?.awaited !== call) return [state, []];
  const settled = { ...entry, roster: { ...entry.roster, awaited: null } };
  // Whoever asked for more is told, and asks again.
  if (isLoaded(entry.roster)) return [withEntry(state, conversationId, settled), []];
  return settledFailure(state, conversationId, settled, final);
}

/** The pause after a failure is over. */
export function onRetry(state: SyncState, conversationId: string): SyncStep {
  const next = changeEntry(state, conversationId, (entry) =>
    entry.held === 'paused' ? { ...entry, held: null } : entry,
  );
  return [next, []];
}

function settledFailure(state: SyncState, conversationId: string, entry: Entry, final: boolean): SyncStep {
  if (final) return [withEntry(state, conversationId, { ...entry, held: 'refused' }), []];
  return paused(state, conversationId, entry);
}

export function paused(state: SyncState, conversationId: string, entry: Entry): SyncStep {
  const effects: SyncEffect[] = entry.held === 'paused' ? [] : [{ type: 'pause', conversationId }];
  return [withEntry(state, conversationId, { ...entry, held: 'paused' }), effects];
}
