import { emptyRoster } from '../members/roster.ts';
import { awaitPage, dueAt, emptyTimeline } from '../messages/timeline.ts';
import { eachThread, emptyThreads } from '../threads/thread.ts';
import { holdsRows, isBehind } from './entry.ts';
import type { Entry, SyncEffect, SyncState, SyncStep } from './state.ts';

/** Changes beyond which the latest page is fetched instead: it is less than all that happened meanwhile. */
const reloadAbove = 1_000;
const latest = { type: 'latest' } as const;

/** Begins the calls that are due: one in each conversation at most (rule 11), and the page of an open timeline. */
export function withDueCalls(before: SyncState, after: SyncState): SyncStep {
  if (after.entries === null || after.epoch === null || after.cached) return [after, []];
  const effects: SyncEffect[] = [];
  const begun = new Map<string, Entry>();
  let { calls } = after;
  const anyway = before.listing !== after.listing || before.epoch !== after.epoch;
  for (const [conversationId, entry] of after.entries) {
    if (!anyway && before.entries?.get(conversationId) === entry) continue;
    if (entry.held !== null) continue;
    let next = reloaded(entry);
    const effect = dueCall(after, conversationId, next, calls + 1);
    if (effect !== null) {
      calls += 1;
      effects.push(effect);
      next = { ...next, call: calls };
    }
    const { timeline } = next;
    const place = timeline && dueAt(timeline, latest);
    if (timeline !== null && place !== null) {
      calls += 1;
      effects.push({ type: 'fetch-page', conversationId, call: calls, place });
      next = { ...next, timeline: awaitPage(timeline, calls, place) };
    }
    const { jump } = next;
    const there = jump && dueAt(jump.stretch, { type: 'around', position: jump.position });
    if (jump !== null && there !== null) {
      calls += 1;
      effects.push({ type: 'fetch-page', conversationId, call: calls, place: there });
      next = { ...next, jump: { ...jump, stretch: awaitPage(jump.stretch, calls, there) } };
    }
    const threads = eachThread(next.threads, (thread, rootId) => {
      const { gone, replies } = thread;
      if (gone || replies.loaded || replies.awaited !== null) return thread;
      calls += 1;
      effects.push({ type: 'fetch-thread', conversationId, rootId, call: calls, place: latest });
      return { ...thread, replies: awaitPage(replies, calls, latest) };
    });
    if (threads !== next.threads) next = { ...next, threads };
    const { roster } = next;
    if (roster !== null && roster.upTo === '' && roster.awaited === null) {
      calls += 1;
      effects.push({ type: 'fetch-members', conversationId, call: calls, after: '' });
      next = { ...next, roster: { ...roster, awaited: calls } };
    }
    if (next !== entry) begun.set(conversationId, next);
  }
  if (begun.size === 0) return [after, effects];
  return [{ ...after, entries: new Map([...after.entries, ...begun]), calls }, effects];
}

/** Gives rows up that are too far behind to be brought up to date change by change. */
function reloaded(entry: Entry): Entry {
  const { timeline, jump, roster, threads, conversation, cursor, target } = entry;
  if (!holdsRows(entry) || conversation === null || target - cursor <= reloadAbove) return entry;
  const unloaded = {
    timeline: timeline && emptyTimeline,
    jump: jump && { ...jump, stretch: emptyTimeline },
    roster: roster && emptyRoster,
    threads: emptyThreads(threads.keys()),
  };
  return { ...entry, ...unloaded, cursor: conversation.lastSeq, call: null };
}

function dueCall(state: SyncState, conversationId: string, entry: Entry, call: number): SyncEffect | null {
  if (entry.call !== null || state.epoch === null) return null;
  const { conversation, joinedSeq, cursor: since, wanted } = entry;
  if (conversation === null || !holdsRows(entry)) {
    const due = wanted || (conversation !== null && isBehind(entry));
    // A page of the list under way may bring it.
    return due && !state.listing ? { type: 'fetch-conversation', conversationId, call } : null;
  }
  if (!wanted && !isBehind(entry)) return null;
  return { type: 'fetch-changes', conversationId, call, epoch: state.epoch, joinedSeq, since };
}
