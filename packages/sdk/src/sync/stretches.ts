import type { Message, MessagePage } from '@parley/contract';
import { applyMessages, applyPage, giveUpPage, joined, type Timeline } from '../messages/timeline.ts';
import { applyToThreads } from '../threads/thread.ts';
import type { Entry } from './state.ts';

/** The stretch that is shown: what somebody jumped to, else the end of the timeline; null where nobody looks. */
export function shownStretch({ timeline, jump }: Pick<Entry, 'timeline' | 'jump'>): Timeline | null {
  return jump?.stretch ?? timeline;
}

/** An entry with rows as they are since some change, in whatever stretch or thread they are held. */
export function withMessages(entry: Entry, changed: readonly Message[]): Entry {
  const { timeline, jump } = entry;
  const threads = applyToThreads(entry.threads, changed);
  const inThreads = threads === entry.threads ? entry : { ...entry, threads };
  if (timeline === null && jump === null) return inThreads;
  const next = {
    timeline: timeline && applyMessages(timeline, changed),
    jump: jump && { ...jump, stretch: applyMessages(jump.stretch, changed) },
  };
  const same = next.timeline === timeline && next.jump?.stretch === jump?.stretch;
  return same ? inThreads : grownTogether({ ...inThreads, ...next });
}

/** The stretch that awaits the answer of a call. */
export function awaiting({ timeline, jump }: Entry, call: number): Timeline | null {
  return [timeline, jump?.stretch ?? null].find((stretch) => stretch?.awaited?.call === call) ?? null;
}

/** An entry with the page that a call brought. */
export function withPage(entry: Entry, call: number, page: MessagePage): Entry {
  return grownTogether(changeStretch(entry, call, (stretch) => applyPage(stretch, page)));
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
