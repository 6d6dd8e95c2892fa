import type { Message, MessagePage } from '@parley/contract';

/**
 * The latest stretch of a conversation's timeline, without holes. Pages and changes may come in any order and more
 * than once: each row is kept at its highest seq.
 */
export interface Timeline {
  /** By position. */
  readonly rows: readonly Message[];
  /** Whether there are entries before the first row. */
  readonly hasOlder: boolean;
  /** The epoch of the rows; null before the first page. */
  readonly epoch: string | null;
  /**
   * Changes that arrived while a page is awaited: the page may be older than they are. Null when none is awaited.
   */
  readonly held: readonly Message[] | null;
}

export const emptyTimeline: Timeline = { rows: [], hasOlder: false, epoch: null, held: null };

/** A page of entries, without what makes them one person's view. */
export type TimelinePage = Omit<MessagePage, 'messages'> & { readonly messages: readonly Message[] };

/** A page is about to be asked for: from now on changes are held for it. */
export function awaitPage(timeline: Timeline): Timeline {
  return timeline.held === null ? { ...timeline, held: [] } : timeline;
}

/** The page did not come. What was held and lies in the stretch is in it already. */
export function giveUpPage(timeline: Timeline): Timeline {
  return timeline.held === null ? timeline : { ...timeline, held: null };
}

/** The page awaited: the latest one, or the one just before the first row. */
export function applyPage(timeline: Timeline, page: TimelinePage): Timeline {
  const first = timeline.epoch === null;
  if (!first && timeline.epoch !== page.epoch) return giveUpPage(timeline);
  const rows = merge(timeline.rows, page.messages);
  const grown = { rows, hasOlder: page.hasBefore, epoch: page.epoch, held: null };
  return applyChanges(grown, timeline.held ?? []);
}

/** Rows as they are since some change. */
export function applyChanges(timeline: Timeline, changed: readonly Message[]): Timeline {
  if (changed.length === 0) return timeline;
  const held = timeline.held === null ? null : [...timeline.held, ...changed];
  if (timeline.epoch === null) return held === null ? timeline : { ...timeline, held };
  const rows = merge(
    timeline.rows,
    changed.filter((message) => reaches(timeline, message.position)),
  );
  if (rows === timeline.rows && held === timeline.held) return timeline;
  return { ...timeline, rows, held };
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
function sharedRow(row: Message): Message {
  if (!('isRead' in row)) return row;
  const { isRead: _, ...shared } = row;
  return shared;
}
