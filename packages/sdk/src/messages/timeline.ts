import type { Message, MessagePage, StoredMessage } from '@parley/contract';

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
  /** Pages that are to follow by themselves: those that came were mostly replies in threads, which are not shown. */
  readonly lacking: Lacking | null;
}

interface Lacking {
  /** Null until the first of the pages has come. */
  readonly rows: number | null;
  readonly pages: number;
}

/** Rows of the conversation itself that fill a screen, and pages that are asked for to have them. */
const enough = { rows: 20, pages: 6 };
const anew: Lacking = { rows: null, pages: enough.pages };

/** A page that was asked for. */
interface AwaitedPage {
  /** Names the call: an answer under another name is not listened to. */
  readonly call: number;
  /** The position it lies before; null for the latest one. */
  readonly before: number | null;
  /** Changes that came in since it was asked for: the page may be older than they are. */
  readonly held: readonly Message[];
}

export const emptyTimeline: Timeline = {
  rows: [],
  hasOlder: false,
  loaded: false,
  awaited: null,
  lacking: null,
};

/** A page of entries, without what makes them one person's view. */
export type TimelinePage = Pick<MessagePage, 'hasBefore'> & { readonly messages: readonly Message[] };

/** Somebody wants to see more: a page, and as many as that takes. */
export function wantMore(timeline: Timeline): Timeline {
  return { ...timeline, lacking: anew };
}

/** A timeline as somebody looks at it again: when most of what is held is replies in threads, more is to follow by itself. */
export function lookedAt(timeline: Timeline): Timeline {
  const { loaded, hasOlder, rows, awaited } = timeline;
  const lacking = lackedBy(rows);
  if (!loaded || !hasOlder || awaited !== null || lacking <= 0) return timeline;
  return { ...timeline, lacking: { rows: lacking, pages: enough.pages } };
}

/** The position before which the next page has to be asked for, without anybody saying so; null when there is none. */
export function lacksBefore({ loaded, awaited, lacking, rows }: Timeline): number | null {
  return loaded && awaited === null && lacking?.rows != null ? (rows[0]?.position ?? null) : null;
}

/** A page is about to be asked for: from now on changes are held for it. */
export function awaitPage(timeline: Timeline, call: number, before: number | null): Timeline {
  return { ...timeline, awaited: { call, before, held: [] } };
}

/** The page did not come. What was held and lies in the stretch is in it already. */
export function giveUpPage(timeline: Timeline): Timeline {
  if (timeline.awaited === null && timeline.lacking === null) return timeline;
  return { ...timeline, awaited: null, lacking: null };
}

/** The page awaited: the latest one, or the one just before the first row. */
export function applyPage(timeline: Timeline, page: TimelinePage): Timeline {
  const rows = merge(timeline.rows, page.messages);
  const lacking = page.hasBefore ? stillLacking(timeline, page) : null;
  const grown = { rows, hasOlder: page.hasBefore, loaded: true, awaited: null, lacking };
  return applyMessages(grown, timeline.awaited?.held ?? []);
}

function stillLacking({ loaded, lacking }: Timeline, { messages }: TimelinePage): Lacking | null {
  const before = loaded ? lacking : anew;
  if (before === null) return null;
  const rows = before.rows === null ? lackedBy(messages) : before.rows - ownRows(messages);
  const pages = before.pages - 1;
  return rows > 0 && pages > 0 ? { rows, pages } : null;
}

/** How many rows a page has less than it would have without replies in threads, as far as they are to be seen. */
function lackedBy(messages: readonly Message[]): number {
  return Math.min(enough.rows, messages.length) - ownRows(messages);
}

/** How many of the rows stand in the conversation itself. */
function ownRows(rows: readonly Message[]): number {
  return rows.filter(({ thread }) => thread === undefined).length;
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
  return { ...giveUpPage(timeline), rows, hasOlder };
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
  if (row.isRead === undefined) return row;
  const { isRead: _, epoch: __, ...shared } = row;
  return shared;
}
