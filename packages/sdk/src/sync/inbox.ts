import type { Head, InboxEvent } from '@parley/contract';
import { entryAt, takeFrame, takeRead, takeSettings } from './entry.ts';
import { changeEntry, looksAt, withEntry, withoutEntry } from './entries.ts';
import { emptySync, type SyncState } from './state.ts';
import { withReactions } from './stretches.ts';

/** What one event of the inbox makes of what is held. Events of another epoch are not listened to (rule 21). */
export function applyInboxEvent(state: SyncState, event: InboxEvent): SyncState {
  if (event.type === 'ready') return applyReady(state, event);
  if (event.type === 'reset') return afterReset(state, event.epoch);
  if (event.type === 'frame') {
    if (event.frame.epoch !== state.epoch) return state;
    return changeEntry(state, event.frame.conversationId, (entry) =>
      takeFrame(entry, event.frame, state.viewerId),
    );
  }
  // These are of no epoch, and somebody else's to follow: see `Sync.onNews`.
  if (event.type === 'blocks' || event.type === 'saved') return state;
  if (event.type === 'reacted') return applyReacted(state, event.own);
  if (event.epoch !== state.epoch) return state;
  switch (event.type) {
    case 'gained':
      return applyGained(state, event.head, event.inboxSeq);
    case 'lost':
      return withoutEntry(state, event.conversationId);
    case 'read':
      return changeEntry(state, event.conversationId, (entry) => takeRead(entry, event.read));
    case 'settings':
      return changeEntry(state, event.conversationId, (entry) => takeSettings(entry, event.settings));
    default:
      // A server of a later release tells more; and drafts and threads are somebody else's to follow: see
      // `Sync.onEvents` and `Sync.onInput`.
      return state;
  }
}

/** Drops everything held, whatever it is; who looks at what stays (rule 23). */
export function afterReset(state: SyncState, epoch: string | null): SyncState {
  const { viewerId, open, openMembers, openThreads, generation, calls } = state;
  const looks = { open, openMembers, openThreads };
  return { ...emptySync(viewerId), epoch, ...looks, generation: generation + 1, calls };
}

/** A `ready` of several pages counts when it is complete; a conversation that is in none of them is lost (rule 16). */
function applyReady(state: SyncState, event: Extract<InboxEvent, { type: 'ready' }>): SyncState {
  const arriving = [...state.arriving, ...event.heads];
  if (event.more) return { ...state, arriving };
  const known = state.epoch === event.epoch ? state.entries : null;
  const entries = new Map(
    arriving.map((head) => {
      const id = head.conversationId;
      return [id, entryAt(head, known?.get(id), looksAt(state, id), event.inboxSeq)];
    }),
  );
  return {
    ...state,
    epoch: event.epoch,
    inboxSeq: event.inboxSeq ?? null,
    entries,
    cached: false,
    arriving: [],
    listing: false,
    generation: state.generation + 1,
  };
}

function applyReacted(
  state: SyncState,
  { epoch, reactions }: Extract<InboxEvent, { type: 'reacted' }>['own'],
): SyncState {
  if (epoch !== state.epoch) return state;
  let next = state;
  for (const [id, some] of Map.groupBy(reactions, ({ conversationId }) => conversationId))
    next = changeEntry(next, id, (entry) => withReactions(entry, some));
  return next;
}

/** A conversation gained is to be shown, whether it was held before or not. */
function applyGained(state: SyncState, head: Head, asOf: number | undefined): SyncState {
  if (state.entries === null) return state;
  const { conversationId } = head;
  const looks = looksAt(state, conversationId);
  const entry = entryAt(head, state.entries.get(conversationId), looks, asOf);
  return withEntry(state, conversationId, { ...entry, wanted: entry.wanted || entry.conversation === null });
}
