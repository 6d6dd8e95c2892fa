import type { Conversation, InboxEvent, Message } from '@parley/contract';
import { emptyRoster, isLoaded } from '../members/roster.ts';
import { emptyTimeline, lookedAtAgain } from '../messages/timeline.ts';
import {
  onCallFailed,
  onChanges,
  onConversation,
  onMade,
  onMembers,
  onMembersFailed,
  onPage,
  onPageFailed,
  onRetry,
} from './answers.ts';
import { withDueCalls } from './due.ts';
import { changeEntry, lookedAt, withEntry } from './entries.ts';
import { takeRead, takeSettings, withoutCalls, withoutRoster, withoutTimeline } from './entry.ts';
import { afterReset, applyInboxEvent } from './inbox.ts';
import { onJump, onKeep, onMore, onToEnd, onTrim } from './jump.ts';
import type { Entry, SyncInput, SyncState, SyncStep } from './state.ts';
import { withMessages } from './stretches.ts';
import { onOlderReplies, onThreadFailed, onThreadPage, threadClosed, threadOpened } from './threads.ts';

/**
 * What an input makes of what is held, and what has to be asked for then: the client's side of the sync protocol, rules
 * 10 to 12, 14 to 19, 21 and 23.
 */
export function stepSync(state: SyncState, input: SyncInput): SyncStep {
  const [next, effects] = react(state, input);
  // What nobody follows is not asked for.
  if (input.type === 'stopped') return [next, effects];
  const [after, due] = withDueCalls(state, next);
  return [after, [...effects, ...due]];
}

function react(state: SyncState, input: SyncInput): SyncStep {
  switch (input.type) {
    case 'restored':
      return [restored(state, input.epoch, input.entries), []];
    case 'subscribed':
      return [state.arriving.length === 0 ? state : { ...state, arriving: [] }, []];
    case 'inbox':
      return onInbox(state, input.events);
    case 'listing':
      return [{ ...state, listing: true }, []];
    case 'listed':
      if (input.generation !== state.generation) return [state, []];
      return [onListed({ ...state, listing: false }, input.conversations), []];
    case 'list-failed':
      return [input.generation === state.generation ? { ...state, listing: false } : state, []];
    case 'conversation':
      return onConversation(state, input.conversation, input.call);
    case 'made':
      return onMade(state, input.conversation);
    case 'changes':
      return onChanges(state, input.conversationId, input.call, input.answer);
    case 'call-failed':
      return onCallFailed(state, input.conversationId, input.call, input.final);
    case 'retry':
      return onRetry(state, input.conversationId);
    case 'open':
      return [opened(state, input.conversationId), []];
    case 'close':
      return [closed(state, input.conversationId), []];
    case 'look':
      return [changeEntry(state, input.conversationId, lookedAt), []];
    case 'open-members':
      return [membersOpened(state, input.conversationId), []];
    case 'close-members':
      return [membersClosed(state, input.conversationId), []];
    case 'more-members':
      return onMoreMembers(state, input.conversationId);
    case 'members':
      return onMembers(state, input.conversationId, input.call, input.page);
    case 'members-failed':
      return onMembersFailed(state, input.conversationId, input.call, input.final);
    case 'open-thread':
      return [threadOpened(state, input.conversationId, input.rootId), []];
    case 'close-thread':
      return [threadClosed(state, input.conversationId, input.rootId), []];
    case 'older-replies':
      return onOlderReplies(state, input.conversationId, input.rootId);
    case 'thread-page':
      return onThreadPage(state, input);
    case 'thread-failed':
      return onThreadFailed(state, input);
    case 'older':
    case 'newer':
      return onMore(state, input.conversationId, input.type);
    case 'jump':
      return [onJump(state, input.conversationId, input.position), []];
    case 'to-end':
      return [onToEnd(state, input.conversationId), []];
    case 'trim':
      return [onTrim(state, input.conversationId, input.count), []];
    case 'keep':
      return [onKeep(state, input.conversationId, input.position, input.count), []];
    case 'page':
      return onPage(state, input.conversationId, input.call, input.page);
    case 'page-failed':
      return onPageFailed(state, input.conversationId, input.call, input.final);
    case 'rows':
      return [input.epoch === state.epoch ? withRows(state, input.messages) : state, []];
    case 'read':
      if (input.epoch !== state.epoch) return [state, []];
      return [changeEntry(state, input.conversationId, (entry) => takeRead(entry, input.read)), []];
    case 'settings':
      if (input.epoch !== state.epoch) return [state, []];
      return [changeEntry(state, input.conversationId, (entry) => takeSettings(entry, input.settings)), []];
    case 'reset':
      return [afterReset(state, null), []];
    case 'stopped':
      return [stopped(state), []];
  }
}

function restored(state: SyncState, epoch: string, entries: ReadonlyMap<string, Entry>): SyncState {
  if (state.entries !== null || state.generation > 0 || entries.size === 0) return state;
  // Somebody may look at messages that were not kept: they are fetched once there is a `ready`.
  const held = [...state.open].reduce(opened, { ...state, epoch, entries, cached: true });
  const withMembers = [...state.openMembers].reduce(membersOpened, held);
  const threads = [...state.openThreads].flatMap(([id, roots]) =>
    [...roots].map((root) => [id, root] as const),
  );
  return threads.reduce((next, [id, root]) => threadOpened(next, id, root), withMembers);
}

/** Once `ready` is complete, the list is what brings most of what has to be shown. */
function onInbox(state: SyncState, events: readonly InboxEvent[]): SyncStep {
  const next = events.reduce(applyInboxEvent, state);
  const { generation } = next;
  if (generation === state.generation || next.entries === null) return [next, []];
  return [{ ...next, listing: true }, [{ type: 'fetch-list', generation }]];
}

/** Those that are not the viewer's (any more) are left out. */
function onListed(state: SyncState, conversations: readonly Conversation[]): SyncState {
  return conversations.reduce((next, conversation) => onConversation(next, conversation, null)[0], state);
}

function opened(state: SyncState, conversationId: string): SyncState {
  const open = new Set(state.open);
  open.delete(conversationId);
  open.add(conversationId);
  return changeEntry({ ...state, open }, conversationId, (entry) => {
    return { ...lookedAt(entry), timeline: lookedAtAgain(entry.timeline ?? emptyTimeline) };
  });
}

function closed(state: SyncState, conversationId: string): SyncState {
  const open = new Set(state.open);
  open.delete(conversationId);
  return changeEntry({ ...state, open }, conversationId, withoutTimeline);
}

function membersOpened(state: SyncState, conversationId: string): SyncState {
  const openMembers = new Set(state.openMembers).add(conversationId);
  return changeEntry({ ...state, openMembers }, conversationId, (entry) => {
    return { ...lookedAt(entry), roster: entry.roster ?? emptyRoster };
  });
}

function membersClosed(state: SyncState, conversationId: string): SyncState {
  const openMembers = new Set(state.openMembers);
  openMembers.delete(conversationId);
  return changeEntry({ ...state, openMembers }, conversationId, withoutRoster);
}

function onMoreMembers(state: SyncState, conversationId: string): SyncStep {
  const entry = state.entries?.get(conversationId);
  const roster = entry?.roster ?? null;
  if (entry === undefined || roster === null || !isLoaded(roster)) return [state, []];
  const { upTo: after, awaited } = roster;
  if (after === null || awaited !== null) return [state, []];
  const call = state.calls + 1;
  const next = withEntry({ ...state, calls: call }, conversationId, {
    ...entry,
    roster: { ...roster, awaited: call },
  });
  return [next, [{ type: 'fetch-members', conversationId, call, after }]];
}

function withRows(state: SyncState, messages: readonly Message[]): SyncState {
  return messages.reduce(
    (next, message) =>
      changeEntry(next, message.conversationId, (entry) =>
        // One's own message of an earlier membership may come late.
        message.position <= entry.joinedPosition ? entry : withMessages(entry, [message]),
      ),
    state,
  );
}

function stopped(state: SyncState): SyncState {
  if (state.entries === null) return { ...state, arriving: [], listing: false };
  const entries = new Map(
    [...state.entries].map(([id, entry]) => [
      id,
      {
        ...entry,
        call: null,
        held: entry.held === 'paused' ? null : entry.held,
        ...withoutCalls(entry),
      },
    ]),
  );
  return { ...state, entries, arriving: [], listing: false, generation: state.generation + 1 };
}
