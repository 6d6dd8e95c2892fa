import {
  aroundOf,
  awaitPage,
  emptyTimeline,
  endOf,
  type PagePlace,
  shownRows,
  type Timeline,
  wantMore,
} from '../messages/timeline.ts';
import { changeEntry, withEntry } from './entries.ts';
import type { SyncState, SyncStep } from './state.ts';
import { keeping, shownStretch } from './stretches.ts';

/** Asks for the page before the first row shown, or after the last one. */
export function onMore(state: SyncState, conversationId: string, type: 'older' | 'newer'): SyncStep {
  const entry = state.entries?.get(conversationId);
  const stretch = entry === undefined ? null : shownStretch(entry);
  if (entry === undefined || stretch?.loaded !== true || stretch.awaited !== null) return [state, []];
  const row = type === 'older' ? stretch.rows[0] : stretch.rows.at(-1);
  if (row === undefined || !(type === 'older' ? stretch.hasOlder : stretch.hasNewer)) return [state, []];
  const on = type === 'older' ? 'before' : 'after';
  const place: PagePlace = { type: on, position: row.position };
  const call = state.calls + 1;
  const awaited = awaitPage(wantMore(stretch, on), call, place);
  const next =
    entry.jump === null
      ? { ...entry, timeline: awaited }
      : { ...entry, jump: { ...entry.jump, stretch: awaited } };
  return [
    withEntry({ ...state, calls: call }, conversationId, next),
    [{ type: 'fetch-page', conversationId, call, place }],
  ];
}

/** Shows the messages around a position: those that are held, or a stretch that is asked for. */
export function onJump(state: SyncState, conversationId: string, position: number): SyncState {
  return changeEntry(state, conversationId, (entry) => {
    if (entry.timeline === null) return entry;
    if (holds(entry.timeline, position)) return { ...entry, jump: null };
    if (entry.jump !== null && holds(entry.jump.stretch, position)) return entry;
    return { ...entry, jump: { position, stretch: emptyTimeline } };
  });
}

function holds(stretch: Timeline, position: number): boolean {
  const rows = shownRows(stretch);
  const [first, last] = [rows[0], rows.at(-1)];
  return first !== undefined && last !== undefined && first.position <= position && position <= last.position;
}

export function onToEnd(state: SyncState, conversationId: string): SyncState {
  return changeEntry(state, conversationId, (entry) =>
    entry.jump === null ? entry : { ...entry, jump: null },
  );
}

/** Lets go of what is far from the end. It is fetched again by whoever goes back to it. */
export function onTrim(state: SyncState, conversationId: string, count: number): SyncState {
  return changeEntry(state, conversationId, (entry) => {
    const { timeline, jump } = entry;
    if (timeline?.loaded !== true || jump !== null || timeline.awaited !== null) return entry;
    return timeline.rows.length <= count ? entry : { ...entry, timeline: endOf(timeline, count) };
  });
}

/** Lets go of what is far from a position that is looked at, on both sides. It is fetched again by whoever goes there. */
export function onKeep(state: SyncState, conversationId: string, position: number, count: number): SyncState {
  return changeEntry(state, conversationId, (entry) => {
    const stretch = shownStretch(entry);
    if (stretch?.loaded !== true || stretch.awaited !== null || !holds(stretch, position)) return entry;
    const kept = aroundOf(stretch, position, count);
    return kept.rows.length === stretch.rows.length ? entry : keeping(entry, position, kept);
  });
}
