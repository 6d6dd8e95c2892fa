import type { Message, MessagePage, StoredMessage } from '@parley/contract';
import { ownFrom, type OwnReactions } from '../reactions/known.ts';

/**
 * The latest stretch of a conversation's timeline. Pages and changes may come in any order and more than once: each
 * row is kept at its highest seq.
 */
export interface Timeline {
  /** By position. A hole means that the entries in it are on their way: see `shownRows`. */
  readonly rows: readonly Message[];
  /** Whether there are entries before the first row. */
  readonly hasOlder: boolean;
  /** Whether the latest page has come. */
  readonly loaded: boolean;
  readonly awaited: AwaitedPage | null;
  /** What the viewer reacts with, as far as rows do not say it to everybody; absent where nothing is known. */
  readonly own?: OwnReactions;
}

/** A page that was asked for. */
interface AwaitedPage {
  /** Names the call: an answer under another name is not listened to. */
  readonly call: number;
  /** The position it lies before; null for the latest one. */
  readonly before: number | null;
  /** Changes that came in since it was asked for: the page may be older than they are. */
  readonly held: readonly Message[];
}

export const emptyTimeline: Timeline = { rows: [], hasOlder: false, loaded: false, awaited: null };

/** A page of entries, without what makes them one person's view. */
export type TimelinePage = Pick<MessagePage, 'hasBefore'> & { readonly messages: readonly Message[] };

/** A page is about to be asked for: from now on changes are held for it. */
export function awaitPage(timeline: Timeline, call: number, before: number | null): Timeline {
  return { ...timeline, awaited: { call, before, held: [] } };
}

/** The page did not come. What was held and lies in the stretch is in it already. */
export function giveUpPage(timeline: Timeline): Timeline {
  return timeline.awaited === null ? timeline : { ...timeline, awaited: null };
}

/** The page awaited: the latest one, or the one just before the first row. */
export function applyPage(timeline: Timeline, page: TimelinePage): Timeline {
  const rows = merge(timeline.rows, page.messages);
  const grown = { ...timeline, rows, hasOlder: page.hasBefore, loaded: true, awaited: null };
  return applyMessages(grown, timeline.awaited?.held ?? []);
}

/** Rows as they are since some change. */
export function applyMessages(timeline: Timeline, changed: readonly Message[]): Timeline {
  if (changed.length === 0) return timeline;
  const { awaited } = timeline;
  const holding =
    awaited === null
      ? timeline
      : { ...timeline, awaited: { ...awaited, held: [...awaited.held, ...changed] } };
  if (!timeline.loaded) return holding;
  const rows = merge(
    timeline.rows,
    changed.filter((message) => reaches(timeline, message.position)),
  );
  return rows === timeline.rows ? holding : { ...holding, rows };
}

/** The last rows of a timeline that is loaded. */
export function endOf(timeline: Timeline, count: number): Timeline {
  const rows = timeline.rows.slice(-count);
  const hasOlder = timeline.hasOlder || rows.length < timeline.rows.length;
  const { own, ...rest } = giveUpPage(timeline);
  const known = ownFrom(own, rows[0]?.position ?? Infinity);
  return { ...rest, rows, hasOlder, ...(known === undefined ? {} : { own: known }) };
}

/** The rows up to the first hole. What comes after it is shown once the hole is filled, so that nothing appears above. */
export function shownRows({ rows }: Timeline): readonly Message[] {
  const first = rows[0]?.position ?? 0;
  const hole = rows.findIndex((row, index) => row.position !== first + index);
  return hole === -1 ? rows : rows.slice(0, hole);
}

/** Whether a position lies in the stretch or after it; what lies before would leave a hole. */
function reaches({ rows, hasOlder }: Timeline, position: number): boolean {
  const first = rows[0];
  return !hasOlder || (first !== undefined && position >= first.position);
}

/** Both by position, each row at its highest seq; the same array when nothing is new. */
function merge(rows: readonly Message[], more: readonly Message[]): readonly Message[] {
  const byPosition = new Map(rows.map((row) => [row.position, row]));
  let changed = false;
  for (const message of more) {
    const present = byPosition.get(message.position);
    if (present !== undefined && present.seq >= message.seq) continue;
    byPosition.set(message.position, sharedRow(message));
    changed = true;
  }
  if (!changed) return rows;
  return [...byPosition.values()].sort((a, b) => a.position - b.position);
}

/** A row as everybody has it. What an answer says beside it of the one who asked, no event would keep up to date. */
function sharedRow(row: Message & Partial<Pick<StoredMessage, 'isRead' | 'epoch'>>): Message {
  if (row.isRead === undefined && row.ownReactions === undefined) return row;
  const { isRead: _, epoch: __, ownReactions: ___, ...shared } = row;
  return shared;
}
