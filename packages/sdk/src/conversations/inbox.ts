import {
  type Conversation,
  type Frame,
  type Head,
  type InboxEvent,
  mergeReadStates,
  type ReadState,
  unreadOf,
} from '@parley/contract';
import { applyFrame, countsMembers } from './apply-frame.ts';

/** Frames of one conversation kept until it is fetched; more are dropped, and the fetch then brings what they held. */
const FRAMES_KEPT = 100;

/** One conversation of the viewer's. */
interface Entry {
  /** What is known of it; null while it has not been fetched. */
  readonly conversation: Conversation | null;
  /** The viewer's read state, also of what has not been fetched. */
  readonly read: ReadState;
  /** The seq up to which the conversation is known to have changed. */
  readonly target: number;
  /** Frames that do not follow what is known, or came while it was being fetched. */
  readonly frames: readonly Frame[];
  /** It has to be shown, or what is shown is not all true any more. */
  readonly wanted: boolean;
  /** Names the fetch under way; null when there is none. Its answer counts only under the same name. */
  readonly fetch: number | null;
}

/** Everything the viewer is in, as far as it is known. */
export interface Inbox {
  readonly viewerId: string;
  readonly epoch: string | null;
  /** Null until the first `ready` is complete. */
  readonly entries: ReadonlyMap<string, Entry> | null;
  /** The heads of a `ready` that is not complete yet. */
  readonly arriving: readonly Head[];
  /** How many times `ready` was complete: a list fetched under an earlier one is not listened to. */
  readonly generation: number;
}

export function emptyInbox(viewerId: string): Inbox {
  return { viewerId, epoch: null, entries: null, arriving: [], generation: 0 };
}

/** The subscription has begun (again): a `ready` that was cut off will not go on. */
export function beginInbox(inbox: Inbox): Inbox {
  return inbox.arriving.length === 0 ? inbox : { ...inbox, arriving: [] };
}

export function applyInboxEvents(inbox: Inbox, events: readonly InboxEvent[]): Inbox {
  return events.reduce(applyEvent, inbox);
}

function applyEvent(inbox: Inbox, event: InboxEvent): Inbox {
  switch (event.type) {
    case 'ready':
      return applyReady(inbox, event);
    case 'reset':
      return { ...emptyInbox(inbox.viewerId), epoch: event.epoch, generation: inbox.generation + 1 };
    case 'frame':
      if (event.frame.epoch !== inbox.epoch) return inbox;
      return changeEntry(inbox, event.frame.conversationId, (entry) =>
        takeFrame(entry, event.frame, inbox.viewerId),
      );
    case 'gained':
      return event.epoch === inbox.epoch ? applyGained(inbox, event.head) : inbox;
    case 'lost':
      return event.epoch === inbox.epoch ? withoutEntry(inbox, event.conversationId) : inbox;
    case 'read':
      return event.epoch === inbox.epoch ? applyRead(inbox, event.conversationId, event.read) : inbox;
  }
}

function applyReady(inbox: Inbox, event: Extract<InboxEvent, { type: 'ready' }>): Inbox {
  const arriving = [...inbox.arriving, ...event.heads];
  if (event.more) return { ...inbox, arriving };
  const known = inbox.epoch === event.epoch ? inbox.entries : null;
  const entries = new Map(
    arriving.map((head) => [head.conversationId, entryAt(head, known?.get(head.conversationId))]),
  );
  return { ...inbox, epoch: event.epoch, entries, arriving: [], generation: inbox.generation + 1 };
}

function applyGained(inbox: Inbox, head: Head): Inbox {
  if (inbox.entries === null) return inbox;
  const entry = entryAt(head, inbox.entries.get(head.conversationId));
  return withEntry(inbox, head.conversationId, { ...entry, wanted: entry.wanted || isBehind(entry) });
}

/** An entry as of a head; a fetch under way is abandoned. What is held of an earlier membership is dropped. */
function entryAt(head: Head, known: Entry | undefined): Entry {
  const held = known?.conversation ?? null;
  const conversation = held?.joinedSeq === head.joinedSeq ? held : null;
  const read = conversation === null ? head.read : mergeReadStates(head.read, conversation.read);
  const behind = conversation !== null && conversation.lastSeq < head.lastSeq;
  const wanted = behind || (held !== null && conversation === null) || known?.wanted === true;
  const target = Math.max(head.lastSeq, conversation?.lastSeq ?? 0);
  return withRead({ conversation, read, target, frames: [], wanted, fetch: null }, read);
}

function takeFrame(entry: Entry, frame: Frame, viewerId: string): Entry {
  const { conversation } = entry;
  if (conversation !== null && frame.to <= conversation.lastSeq) return entry;
  if (conversation !== null && frame.from <= conversation.lastSeq && entry.fetch === null) {
    const next = applyFrame(conversation, frame, viewerId);
    return {
      ...entry,
      conversation: next,
      read: next.read,
      target: Math.max(entry.target, frame.to),
      wanted: entry.wanted || !countsMembers(frame),
    };
  }
  const frames = entry.frames.length < FRAMES_KEPT ? [...entry.frames, frame] : entry.frames;
  return { ...entry, frames, target: Math.max(entry.target, frame.to), wanted: true };
}

/** Takes in one's own read state, from another device or from an answer. */
export function applyRead(inbox: Inbox, conversationId: string, read: ReadState): Inbox {
  return changeEntry(inbox, conversationId, (entry) => withRead(entry, mergeReadStates(entry.read, read)));
}

function withRead(entry: Entry, read: ReadState): Entry {
  const { conversation } = entry;
  if (conversation === null) return { ...entry, read };
  return { ...entry, read, conversation: { ...conversation, read, unread: unreadOf(read) } };
}

function isBehind({ conversation, target }: Entry): boolean {
  return conversation === null || conversation.lastSeq < target;
}

/** The conversations to fetch now. */
export function wantedOf(inbox: Inbox): string[] {
  return [...(inbox.entries ?? [])]
    .filter(([, entry]) => entry.wanted && entry.fetch === null)
    .map(([conversationId]) => conversationId);
}

/** A fetch has begun. */
export function beginFetch(inbox: Inbox, conversationId: string, fetch: number): Inbox {
  return changeEntry(inbox, conversationId, (entry) => ({ ...entry, fetch }));
}

/** A fetch has brought nothing. */
export function failFetch(inbox: Inbox, conversationId: string, fetch: number, again: boolean): Inbox {
  return changeEntry(inbox, conversationId, (entry) =>
    entry.fetch === fetch ? { ...entry, fetch: null, wanted: again } : entry,
  );
}

/** A fetch has brought the conversation. */
export function endFetch(inbox: Inbox, conversation: Conversation, fetch: number): Inbox {
  return changeEntry(inbox, conversation.id, (entry) =>
    entry.fetch === fetch
      ? takeFetched(inbox, { ...entry, fetch: null, wanted: false }, conversation)
      : entry,
  );
}

/** Takes in conversations of a list, or of an answer. Those that are not the viewer's (any more) are left out. */
export function applyFetched(inbox: Inbox, conversations: readonly Conversation[]): Inbox {
  return conversations.reduce(
    (state, conversation) =>
      changeEntry(state, conversation.id, (entry) => takeFetched(inbox, entry, conversation)),
    inbox,
  );
}

/** Takes in a conversation that was just made here and may not be announced yet. */
export function adopt(inbox: Inbox, conversation: Conversation): Inbox {
  if (inbox.entries === null || inbox.entries.has(conversation.id))
    return applyFetched(inbox, [conversation]);
  if (conversation.epoch !== inbox.epoch) return inbox;
  const { read, lastSeq: target } = conversation;
  return withEntry(inbox, conversation.id, {
    ...{ conversation, read, target, frames: [], wanted: false, fetch: null },
  });
}

function takeFetched(inbox: Inbox, entry: Entry, fetched: Conversation): Entry {
  if (fetched.epoch !== inbox.epoch) return { ...entry, wanted: true };
  const { conversation } = entry;
  if (conversation !== null && conversation.lastSeq > fetched.lastSeq) {
    return { ...entry, wanted: entry.wanted || isBehind(entry) };
  }
  const read = mergeReadStates(entry.read, fetched.read);
  const fresh = withRead({ ...entry, conversation: fetched, frames: [], wanted: false }, read);
  const drained = entry.frames
    .toSorted((a, b) => a.from - b.from)
    .reduce((state, frame) => takeFrame(state, frame, inbox.viewerId), fresh);
  return { ...drained, wanted: drained.wanted || isBehind(drained) };
}

function changeEntry(inbox: Inbox, conversationId: string, change: (entry: Entry) => Entry): Inbox {
  const entry = inbox.entries?.get(conversationId);
  if (entry === undefined) return inbox;
  const next = change(entry);
  return next === entry ? inbox : withEntry(inbox, conversationId, next);
}

function withEntry(inbox: Inbox, conversationId: string, entry: Entry): Inbox {
  return { ...inbox, entries: new Map(inbox.entries).set(conversationId, entry) };
}

function withoutEntry(inbox: Inbox, conversationId: string): Inbox {
  if (inbox.entries?.has(conversationId) !== true) return inbox;
  const entries = new Map(inbox.entries);
  entries.delete(conversationId);
  return { ...inbox, entries };
}
