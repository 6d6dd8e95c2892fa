import type { Message, MessagePage, OwnReaction } from '@parley/contract';
import {
  applyMessages,
  applyPage,
  endOf,
  giveUpPage,
  joined,
  rowAt,
  type Timeline,
} from '../messages/timeline.ts';
import { learnFromEvents, learnFromRows } from '../reactions/own.ts';
import { applyToThreads } from '../threads/thread.ts';
import type { Entry } from './state.ts';

/** Rows held of the end of a timeline while somebody looks at another stretch of it, and those that may be there until then. */
const endRows = { kept: 50, most: 150 };

/** The stretch that is shown: what somebody jumped to, else the end of the timeline; null where nobody looks. */
export function shownStretch({ timeline, jump }: Pick<Entry, 'timeline' | 'jump'>): Timeline | null {
  return jump?.stretch ?? timeline;
}

/** An entry with rows as they are since some change, in whatever stretch or thread they are held. */
export function withMessages(entry: Entry, changed: readonly Message[]): Entry {
  const { timeline, jump } = entry;
  const threads = applyToThreads(entry.threads, changed);
  const inThreads = threads === entry.threads ? entry : { ...entry, threads };
  if (timeline === null && jump === null) {
    return threads.size === 0 ? entry : learning(inThreads, changed);
  }
  const next = {
    timeline: timeline && applyMessages(timeline, changed),
    jump: jump && { ...jump, stretch: applyMessages(jump.stretch, changed) },
  };
  const same = next.timeline === timeline && next.jump?.stretch === jump?.stretch;
  return learning(same ? inThreads : apart(grownTogether({ ...inThreads, ...next })), changed);
}

/** An entry with what events tell of what the viewer reacts with; of messages that are not held it comes with them. */
export function withReactions(entry: Entry, reactions: readonly OwnReaction[]): Entry {
  const held = stretchesOf(entry);
  return held.length === 0 ? entry : { ...entry, own: learnFromEvents(entry.own, reactions, held) };
}

/** An entry with what rows that have been merged tell of the viewer. */
export function learning(entry: Entry, rows: readonly Message[]): Entry {
  const own = learnFromRows(entry.own, rows, stretchesOf(entry));
  return own === entry.own ? entry : { ...entry, own };
}

/** The message at a position, where it is held. */
export function heldMessage(entry: Entry, position: number): Message | undefined {
  return stretchesOf(entry)
    .flatMap((stretch) => rowAt(stretch, position) ?? [])
    .toSorted((a, b) => b.seq - a.seq)[0];
}

function stretchesOf({ timeline, jump, threads }: Entry): Timeline[] {
  const replies = [...threads.values()].map((thread) => thread.replies);
  return [timeline ?? [], jump?.stretch ?? [], replies].flat();
}

/** The stretch that awaits the answer of a call. */
export function awaiting({ timeline, jump }: Entry, call: number): Timeline | null {
  return [timeline, jump?.stretch ?? null].find((stretch) => stretch?.awaited?.call === call) ?? null;
}

/** An entry with the page that a call brought. */
export function withPage(entry: Entry, call: number, page: MessagePage): Entry {
  const grown = changeStretch(entry, call, (stretch) => applyPage(stretch, page));
  return learning(grownTogether(grown), page.messages);
}

/** An entry that does not wait for the page of a call any more. */
export function withoutPage(entry: Entry, call: number): Entry {
  return changeStretch(entry, call, giveUpPage);
}

function changeStretch(entry: Entry, call: number, change: (stretch: Timeline) => Timeline): Entry {
  const { timeline, jump } = entry;
  if (timeline?.awaited?.call === call) return { ...entry, timeline: change(timeline) };
  if (jump?.stretch.awaited?.call !== call) return entry;
  return { ...entry, jump: { ...jump, stretch: change(jump.stretch) } };
}

/** What somebody jumped to is the end of the timeline itself once nothing lies between the two. */
function grownTogether(entry: Entry): Entry {
  const { timeline, jump } = entry;
  const whole = timeline === null || jump === null ? null : joined(jump.stretch, timeline);
  return whole === null ? entry : { ...entry, timeline: whole, jump: null };
}

/** An entry of whose rows around a position only those are kept; without the last ones they are like what somebody jumped to. */
export function keeping(entry: Entry, position: number, kept: Timeline): Entry {
  const { timeline, jump } = entry;
  if (timeline === null || jump !== null) return { ...entry, jump: { position, stretch: kept } };
  if (!kept.hasNewer) return { ...entry, timeline: kept };
  const end = endOf(timeline, endRows.kept);
  return grownTogether({ ...entry, timeline: end, jump: { position, stretch: kept } });
}

/** An entry that holds no more of the end than it takes to go back there, while another stretch is shown. */
function apart(entry: Entry): Entry {
  const { timeline, jump } = entry;
  if (timeline?.loaded !== true || jump === null || timeline.awaited !== null) return entry;
  return timeline.rows.length <= endRows.most ? entry : { ...entry, timeline: endOf(timeline, endRows.kept) };
}
