import type { Message, MessagePage, StoredMessage } from '@parley/contract';

/**
 * A stretch of a conversation's timeline: its end, or another one that somebody jumped to. Pages and changes may come in any
 * order and more than once: each row is kept at its highest seq.
 */
export interface Timeline {
  /** By position. A hole means that the entries in it are on their way: see `shownRows`. */
  readonly rows: readonly Message[];
  /** Whether there are entries before the first row. */
  readonly hasOlder: boolean;
  /** Whether there may be entries after the last row that are not on their way; never at the end of the timeline. */
  readonly hasNewer: boolean;
  /** Whether the first page has come. */
  readonly loaded: boolean;
  readonly awaited: AwaitedPage | null;
  /** Pages that are to follow by themselves: those that came were mostly replies in threads, which are not shown. */
  readonly lacking: Lacking | null;
}

/** Where a page lies: at the end, before or after a position, or around one. */
export type PagePlace =
  | { readonly type: 'latest' }
  | { readonly type: 'before' | 'after' | 'around'; readonly position: number };

interface Lacking {
  readonly on: 'before' | 'after';
  /** Rows that are still to be brought; null until the first of the pages has come. */
  readonly rows: number | null;
  readonly pages: number;
}

/** Rows of the conversation itself that fill a screen, and pages that are asked for to have them. */
const enough = { rows: 20, pages: 6 };
/** Rows held for each of the conversation itself, where there are many replies between. */
const mostPerRow = 4;

/** A page that was asked for. */
interface AwaitedPage {
  /** Names the call: an answer under another name is not listened to. */
  readonly call: number;
  readonly place: PagePlace;
  /** Changes that came in since it was asked for: the page may be older than they are. */
  readonly held: readonly Message[];
}

export const emptyTimeline: Timeline = {
  rows: [],
  hasOlder: false,
  hasNewer: false,
  loaded: false,
  awaited: null,
  lacking: null,
};

/** A page of entries, without what makes them one person's view. */
export type TimelinePage = Pick<MessagePage, 'hasBefore' | 'hasAfter'> & {
  readonly messages: readonly Message[];
};

/** A timeline as somebody looks at it again: when most of what is held is replies in threads, more is to follow by itself. */
export function lookedAtAgain(timeline: Timeline): Timeline {
  const { loaded, hasOlder, rows, awaited } = timeline;
  const lacked = lackedBy(rows);
  if (!loaded || !hasOlder || awaited !== null || lacked <= 0) return timeline;
  return { ...timeline, lacking: { on: 'before', rows: lacked, pages: enough.pages } };
}

/** Which page has to be asked for next without anybody saying so: the first one, or one that is to follow. */
export function dueAt(timeline: Timeline, first: PagePlace): PagePlace | null {
  const { loaded, awaited, lacking, rows } = timeline;
  if (awaited !== null) return null;
  if (!loaded) return first;
  const row = lacking?.on === 'after' ? rows.at(-1) : rows[0];
  if (lacking === null || lacking.rows === null || row === undefined) return null;
  return { type: lacking.on, position: row.position };
}

/** Somebody asks for a page on one side; those that are to follow are asked for there. */
export function wantMore(timeline: Timeline, on: 'before' | 'after'): Timeline {
  return { ...timeline, lacking: { on, rows: null, pages: enough.pages } };
}

/** A page is about to be asked for: from now on changes are held for it. */
export function awaitPage(timeline: Timeline, call: number, place: PagePlace): Timeline {
  return { ...timeline, awaited: { call, place, held: [] } };
}

/** The page did not come. What was held and lies in the stretch is in it already. */
export function giveUpPage(timeline: Timeline): Timeline {
  if (timeline.awaited === null && timeline.lacking === null) return timeline;
  return { ...timeline, awaited: null, lacking: null };
}

/** The page awaited: the first one, or one that goes on at either end. */
export function applyPage(timeline: Timeline, page: TimelinePage): Timeline {
  const { awaited } = timeline;
  const place = awaited?.place.type ?? 'latest';
  const grown = {
    rows: merge(timeline.rows, page.messages),
    hasOlder: place === 'after' ? timeline.hasOlder : page.hasBefore,
    hasNewer: place === 'after' || place === 'around' ? page.hasAfter : timeline.hasNewer,
    loaded: true,
    awaited: null,
  };
  const lacking = stillLacking(timeline, grown, page.messages);
  return applyMessages({ ...grown, lacking }, awaited?.held ?? []);
}

/** What is still to follow once a page has come. */
function stillLacking(
  { loaded, lacking: known }: Timeline,
  { hasOlder, hasNewer }: Pick<Timeline, 'hasOlder' | 'hasNewer'>,
  messages: readonly Message[],
): Lacking | null {
  const first: Lacking = { on: hasOlder ? 'before' : 'after', rows: null, pages: enough.pages };
  const lacking = loaded ? known : first;
  if (lacking === null || !(lacking.on === 'before' ? hasOlder : hasNewer)) return null;
  const rows = lacking.rows === null ? lackedBy(messages) : lacking.rows - ownRows(messages);
  const pages = lacking.pages - 1;
  return rows > 0 && pages > 0 ? { ...lacking, rows, pages } : null;
}

/** How many rows are less than there would be without replies in threads, as far as a screen shows them. */
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

/** The last rows of a timeline that is loaded: so many of the conversation itself, with the replies in threads among them. */
export function endOf(timeline: Timeline, count: number): Timeline {
  const rows = lastRows(timeline.rows, count);
  const hasOlder = timeline.hasOlder || rows.length < timeline.rows.length;
  return { ...giveUpPage(timeline), rows, hasOlder };
}

/** The rows around a position of a timeline that is loaded: so many of the conversation itself on each side. */
export function aroundOf(timeline: Timeline, position: number, count: number): Timeline {
  const at = placeOf(timeline.rows, position);
  const [before, after] = [timeline.rows.slice(0, at), timeline.rows.slice(at)];
  const earlier = lastRows(before, count);
  const later = lastRows(after.toReversed(), count).toReversed();
  return {
    ...giveUpPage(timeline),
    rows: [...earlier, ...later],
    hasOlder: timeline.hasOlder || earlier.length < before.length,
    hasNewer: timeline.hasNewer || later.length < after.length,
  };
}

function lastRows(rows: readonly Message[], count: number): readonly Message[] {
  let own = 0;
  const before = rows.findLastIndex(({ thread }) => {
    if (thread === undefined) own += 1;
    return own > count;
  });
  return rows.slice(before + 1).slice(-count * mostPerRow);
}

/** Two stretches as one; null while there may be entries between them. */
export function joined(earlier: Timeline, later: Timeline): Timeline | null {
  const [last, first] = [earlier.rows.at(-1), later.rows[0]];
  if (!earlier.loaded || !later.loaded || last === undefined || first === undefined) return null;
  if (last.position + 1 < first.position) return null;
  const rows = merge(earlier.rows, later.rows);
  const { hasOlder } =
    earlier.rows[0] !== undefined && earlier.rows[0].position < first.position ? earlier : later;
  return { ...later, rows, hasOlder, awaited: null, lacking: null };
}

/** The row of a position, if it is held. */
export function rowAt({ rows }: Timeline, position: number): Message | undefined {
  const row = rows[placeOf(rows, position)];
  return row?.position === position ? row : undefined;
}

/** The rows up to the first hole. What comes after it is shown once the hole is filled, so that nothing appears above. */
export function shownRows({ rows }: Timeline): readonly Message[] {
  return upToHole(rows, ({ position }) => position);
}

/** Rows that are numbered one after the other, up to the first number that is missing. */
export function upToHole(
  rows: readonly Message[],
  numberOf: (row: Message) => number | undefined,
): readonly Message[] {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return rows;
  const from = numberOf(first) ?? 0;
  if ((numberOf(last) ?? 0) - from + 1 === rows.length) return rows;
  const hole = rows.findIndex((row, index) => numberOf(row) !== from + index);
  return hole === -1 ? rows : rows.slice(0, hole);
}

/** Whether a position lies in the stretch, or where it goes on; what lies beyond would leave a hole. */
function reaches({ rows, hasOlder, hasNewer }: Timeline, position: number): boolean {
  const [first, last] = [rows[0], rows.at(-1)];
  if (hasOlder && (first === undefined || position < first.position)) return false;
  return !hasNewer || (last !== undefined && position <= last.position);
}

/** Both by position, each row at its highest seq; the same array when nothing is new. */
function merge(rows: readonly Message[], more: readonly Message[]): readonly Message[] {
  const fresh: Message[] = [];
  let changed: Message[] | null = null;
  for (const message of more) {
    const at = placeOf(rows, message.position);
    const present = (changed ?? rows)[at];
    if (present?.position !== message.position) fresh.push(message);
    else if (present.seq < message.seq) {
      changed ??= [...rows];
      changed[at] = sharedRow(message);
    }
  }
  return fresh.length === 0 ? (changed ?? rows) : withFresh(changed ?? rows, fresh);
}

/** Puts in rows of positions that are not there yet, which mostly follow the last one. */
function withFresh(rows: readonly Message[], fresh: readonly Message[]): readonly Message[] {
  const byPosition = new Map<number, Message>();
  for (const message of fresh) {
    const present = byPosition.get(message.position);
    if (present === undefined || present.seq < message.seq)
      byPosition.set(message.position, sharedRow(message));
  }
  const sorted = [...byPosition.values()].sort((a, b) => a.position - b.position);
  const [first, last] = [sorted[0]?.position ?? 0, rows.at(-1)?.position ?? 0];
  if (first > last) return [...rows, ...sorted];
  return [...rows, ...sorted].sort((a, b) => a.position - b.position);
}

/** The index of a position among rows, or where it would be. */
function placeOf(rows: readonly Message[], position: number): number {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((rows[middle]?.position ?? 0) < position) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** A row as everybody has it. What an answer says beside it of the one who asked, no event would keep up to date. */
export function sharedRow(row: Message & Partial<Pick<StoredMessage, 'isRead' | 'epoch'>>): Message {
  if (row.isRead === undefined && row.ownReactions === undefined) return row;
  const { isRead: _, epoch: __, ownReactions: ___, ...shared } = row;
  return shared;
}
