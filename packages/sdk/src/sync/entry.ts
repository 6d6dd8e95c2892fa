import {
  type Conversation,
  type ConversationSettings,
  type Frame,
  type Head,
  mentionsAbove,
  mergeReadStates,
  newerSettings,
  type ReadState,
  type UnreadMentions,
} from '@parley/contract';
import {
  afterFrame,
  countsMembers,
  losesPeer,
  membersOf,
  messagesOf,
  withRead,
  withSettings,
} from '../conversations/summary.ts';
import { applyMembers, emptyRoster, isLoaded } from '../members/roster.ts';
import { emptyTimeline, giveUpPage } from '../messages/timeline.ts';
import { eachThread, emptyThreads, giveUpThread } from '../threads/thread.ts';
import type { Entry } from './state.ts';
import { withMessages } from './stretches.ts';

/** Frames of one conversation kept while they wait; more are dropped, and a call then brings what they held. */
const framesKept = 100;

/** What somebody looks at, and is to be held. */
export interface Looks {
  readonly messages: boolean;
  readonly members: boolean;
  /** What the threads hang on. */
  readonly threads: ReadonlySet<string>;
}

/** What is held of what somebody looks at, before anything has come. */
function unloaded(looks: Looks): Pick<Entry, 'timeline' | 'jump' | 'own' | 'roster' | 'threads'> {
  return {
    timeline: looks.messages ? emptyTimeline : null,
    jump: null,
    own: {},
    roster: looks.members ? emptyRoster : null,
    threads: emptyThreads(looks.threads),
  };
}

/** An entry with nothing held but where it stands. */
export function entryOf(head: Head, looks: Looks): Entry {
  return {
    conversation: null,
    read: head.read,
    ...(head.mentions !== undefined && { mentions: head.mentions }),
    settings: head.settings ?? null,
    joinedSeq: head.joinedSeq,
    joinedPosition: head.joinedPosition,
    ...unloaded(looks),
    cursor: 0,
    target: head.lastSeq,
    frames: [],
    call: null,
    wanted: looks.messages || looks.members || looks.threads.size > 0 || head.settings?.pinnedAt != null,
    held: null,
  };
}

/**
 * An entry as of a head that `ready` or `gained` told: a call in flight is abandoned (rule 18). What is held goes on from
 * its cursor, unless one has joined anew and may see only what came after that (rule 19).
 * @param asOf the `inboxSeq` as of which the head's settings are
 */
export function entryAt(head: Head, known: Entry | undefined, looks: Looks, asOf: number | undefined): Entry {
  const fresh = entryOf(head, looks);
  if (known === undefined) return fresh;
  const settings = settingsAt(head, known.settings, asOf);
  if (!continues(known, head.joinedSeq)) {
    return { ...fresh, settings, wanted: fresh.wanted || known.conversation !== null || known.wanted };
  }
  const entry = {
    ...known,
    joinedSeq: head.joinedSeq,
    joinedPosition: head.joinedPosition,
    target: Math.max(known.target, head.lastSeq),
    frames: [],
    call: null,
    held: null,
    // A refusal of the time before would count for this one.
    ...withoutCalls(known),
  };
  // A server that is behind what is held knows less of it, too.
  const newer = (known.conversation?.lastSeq ?? 0) > head.lastSeq;
  const read = takeRead(entry, head.read, (newer ? known.mentions : head.mentions) ?? null);
  return showSettings(read, settings);
}

/** What a head says of the settings: without any they are as at first, unless something newer was heard since. */
function settingsAt(
  head: Head,
  known: ConversationSettings | null,
  asOf: number | undefined,
): ConversationSettings | null {
  if (head.settings !== undefined) return newerSettings(known, head.settings);
  return known !== null && known.inboxSeq > (asOf ?? -1) ? known : null;
}

/** No page is awaited any more: what is held stays. */
export function withoutCalls({
  timeline,
  jump,
  roster,
  threads,
}: Entry): Pick<Entry, 'timeline' | 'jump' | 'roster' | 'threads'> {
  return {
    timeline: timeline && giveUpPage(timeline),
    jump: jump && { ...jump, stretch: giveUpPage(jump.stretch) },
    roster: roster && { ...roster, awaited: null },
    threads: eachThread(threads, (thread) => ({ ...giveUpThread(thread), gone: false })),
  };
}

/** Nothing of what is held is to be relied on: it is fetched anew (rules 15, 19, 23). */
export function forgotten(entry: Entry, joinedSeq: number, looks: Looks): Entry {
  return {
    ...entry,
    conversation: null,
    joinedSeq,
    joinedPosition: entry.joinedSeq === joinedSeq ? entry.joinedPosition : Infinity,
    ...unloaded(looks),
    cursor: 0,
    frames: [],
    call: null,
    wanted: true,
  };
}

/** Whether rows are held that only changes, row by row, keep up to date. */
export function holdsRows({ timeline, jump, roster, threads }: Entry): boolean {
  if (timeline?.loaded === true || jump?.stretch.loaded === true || isLoaded(roster)) return true;
  return [...threads.values()].some(({ replies }) => replies.loaded);
}

export function withoutTimeline(entry: Entry): Entry {
  return entry.timeline === null ? entry : atSummary({ ...entry, timeline: null, jump: null, own: {} });
}

export function withoutRoster(entry: Entry): Entry {
  return entry.roster === null ? entry : atSummary({ ...entry, roster: null });
}

export function withoutThread(entry: Entry, rootId: string): Entry {
  if (!entry.threads.has(rootId)) return entry;
  return atSummary({ ...entry, threads: new Map([...entry.threads].filter(([id]) => id !== rootId)) });
}

/** A summary alone is as of its own seq. */
function atSummary(entry: Entry): Entry {
  if (holdsRows(entry)) return entry;
  return { ...entry, cursor: Math.max(entry.cursor, entry.conversation?.lastSeq ?? 0) };
}

/**
 * How far all is held once a page has come that is as of a seq: what the page may miss is asked for again, and by a call
 * that goes on from there.
 */
export function loadedAsOf(entry: Entry, asOf: number): Pick<Entry, 'cursor' | 'call'> {
  if (entry.conversation === null && !holdsRows(entry)) return { cursor: asOf, call: entry.call };
  return asOf < entry.cursor ? { cursor: asOf, call: null } : { cursor: entry.cursor, call: entry.call };
}

/** Whether what is held is also of the membership that began with `joinedSeq`: it is where newcomers see all. */
function continues({ conversation, joinedSeq: before }: Entry, joinedSeq: number): boolean {
  return before === joinedSeq || conversation?.history === 'full';
}

/** Takes a frame in: applies what follows the cursor, keeps the rest, and remembers how far there is to go. */
export function takeFrame(entry: Entry, frame: Frame, viewerId: string): Entry {
  if (entry.conversation !== null && frame.to <= entry.cursor) return entry;
  if (applies(entry, frame)) return applyFrame(entry, frame, viewerId);
  const frames = entry.frames.length < framesKept ? [...entry.frames, frame] : entry.frames;
  const wanted = entry.wanted || entry.conversation === null;
  return { ...entry, frames, target: Math.max(entry.target, frame.to), wanted };
}

/** Takes in what was kept and now follows. */
export function drain(entry: Entry, viewerId: string): Entry {
  if (entry.frames.length === 0) return entry;
  return entry.frames
    .toSorted((a, b) => a.from - b.from)
    .reduce((state, frame) => takeFrame(state, frame, viewerId), { ...entry, frames: [] } as Entry);
}

/** A frame that only says how far the conversation is (`from` is `to`) never follows: what lies between is fetched. */
function applies({ conversation, cursor, call }: Entry, frame: Frame): boolean {
  return conversation !== null && frame.from <= cursor && call === null;
}

function applyFrame(entry: Entry, frame: Frame, viewerId: string): Entry {
  const { conversation, roster } = entry;
  if (conversation === null) return entry;
  const next = afterFrame(conversation, frame, viewerId);
  return {
    ...withMessages(withSummary(entry, next), messagesOf(frame.rows)),
    roster: roster && applyMembers(roster, membersOf(frame.rows)),
    cursor: frame.to,
    target: Math.max(entry.target, frame.to),
    wanted: entry.wanted || !countsMembers(frame) || losesPeer(conversation, frame),
  };
}

/** Takes in more of what the viewer has read; of the mentions held, or of those given instead, what is unread then stays. */
export function takeRead(
  { mentions: held, ...entry }: Entry,
  more: ReadState,
  before: UnreadMentions | null = held ?? null,
): Entry {
  const read = mergeReadStates(entry.read, more);
  const mentions = mentionsAbove(before, read.readPosition);
  const { conversation } = entry;
  return {
    ...entry,
    read,
    ...(mentions !== null && { mentions }),
    conversation: conversation && withRead(conversation, read, mentions),
  };
}

/** Holds a summary as it is now known, with what was read of the conversation by it or before. */
export function withSummary(entry: Entry, conversation: Conversation): Entry {
  return takeRead({ ...entry, conversation }, conversation.read, conversation.mentions ?? null);
}

/** Takes in settings, unless newer ones are known. What is pinned is to be shown, whenever it was last active. */
export function takeSettings(entry: Entry, more: ConversationSettings): Entry {
  const settings = newerSettings(entry.settings, more);
  return settings === entry.settings ? entry : showSettings(entry, settings);
}

function showSettings(entry: Entry, settings: ConversationSettings | null): Entry {
  const { conversation } = entry;
  const wanted = entry.wanted || (conversation === null && settings?.pinnedAt != null);
  return {
    ...entry,
    settings,
    wanted,
    conversation: conversation === null ? null : withSettings(conversation, settings),
  };
}

/**
 * Takes in a summary. It moves the cursor where nothing else is held; a timeline has to be brought there row by row.
 */
export function takeSummary(entry: Entry, fetched: Conversation, looks: Looks, viewerId: string): Entry {
  if (fetched.joinedSeq < entry.joinedSeq) return { ...entry, wanted: true };
  const known = continues(entry, fetched.joinedSeq) ? entry : forgotten(entry, fetched.joinedSeq, looks);
  const { conversation } = known;
  // One without settings may have been read before they were set: the inbox tells when they are as at first again.
  const settings = newerSettings(known.settings, fetched.settings ?? null);
  if (conversation !== null && conversation.lastSeq > fetched.lastSeq) {
    return showSettings(takeRead(known, fetched.read), settings);
  }
  const next = {
    ...showSettings(withSummary(known, fetched), settings),
    joinedSeq: fetched.joinedSeq,
    joinedPosition: fetched.joinedPosition,
    // The first page of messages or members may have come before, and be newer.
    cursor: holdsRows(known) ? Math.min(known.cursor, fetched.lastSeq) : fetched.lastSeq,
    target: Math.max(known.target, fetched.lastSeq),
    wanted: false,
  };
  return drain(next, viewerId);
}

/** Whether something is known to be missing. */
export function isBehind({ conversation, cursor, target }: Entry): boolean {
  return cursor < Math.max(target, conversation?.lastSeq ?? 0);
}
