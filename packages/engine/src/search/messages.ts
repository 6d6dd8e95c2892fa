import {
  type FoundMessage,
  type FoundMessagePage,
  limits,
  type MessageSearch,
  ParleyError,
  type Viewer,
} from '@parley/contract';
import type { Database } from '../db/database.ts';
import { messageOf } from '../messages/rows.ts';
import { withOwnReactions } from '../reactions/own.ts';
import { readCursor, type SearchCursor, writeCursor } from './cursor.ts';
import { type EntryRow, messagesAt, searchEntries } from './queries.ts';
import { hasLink } from './text/links.ts';
import { matchIn } from './text/match.ts';
import { isTooLong, parseQuery, type Phrase } from './text/query.ts';
import { keysOf, matchOf } from './text/tsquery.ts';

/** By relevance, the latest that fit are put in order, so many at a time. */
const windowRows = limits.searchRows;
/** What is so much older counts half, in milliseconds. */
const halfLifeMs = 30 * 86_400_000;
const top = {
  at: new Date('9999-12-31'),
  conversationId: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
  position: 0,
};
const bottom = new Date(0);

/** Messages that the viewer may see, page by page. Throws as `SearchService.messages` says. */
export async function searchMessages(
  db: Database,
  viewer: Viewer,
  input: MessageSearch,
): Promise<FoundMessagePage> {
  const phrases = parsed(input.q);
  const cursor = input.cursor === undefined ? { before: top, shown: 0 } : readCursor(input.cursor);
  if (phrases.every(({ excluded }) => excluded)) return { results: [], nextCursor: null };
  const byRelevance = input.sort === 'relevance';
  const wanted = byRelevance ? windowRows : input.limit + 1;
  const rows = await searchEntries(db, viewer.userId, {
    match: matchOf(phrases),
    keys: keysOf(phrases),
    conversations: input.in ?? null,
    senders: input.from ?? null,
    links: input.hasLink ?? false,
    from: input.after === undefined ? bottom : new Date(input.after),
    // Times are whole milliseconds.
    to: input.before === undefined ? top.at : new Date(Date.parse(input.before) - 1),
    before: cursor.before,
    limit: wanted,
    most: limits.searchConversations,
  });
  const newest = rows.toSorted(latestFirst);
  const ordered = byRelevance ? ranked(newest) : newest;
  const page = ordered.slice(cursor.shown, cursor.shown + input.limit);
  const next = nextPage(newest, page, { byRelevance, isFull: rows.length === wanted }, cursor);
  const results = await shown(db, viewer, page, phrases, input);
  return { results, nextCursor: next === null ? null : writeCursor(next) };
}

function parsed(q: string): Phrase[] {
  const phrases = parseQuery(q);
  if (!isTooLong(phrases)) return phrases;
  const message = `must have at most ${limits.searchWords} words`;
  throw new ParleyError(
    'INVALID_INPUT',
    `unable to search; there are more than ${limits.searchWords} words`,
    {
      fields: [{ path: 'q', message }],
    },
  );
}

function latestFirst(a: EntryRow, b: EntryRow): number {
  return (
    b.sent_at.getTime() - a.sent_at.getTime() ||
    (a.conversation_id < b.conversation_id ? 1 : a.conversation_id > b.conversation_id ? -1 : 0) ||
    b.position - a.position
  );
}

/** By how well they fit and how new they are, beside the newest of them: so the next page finds the same order. */
function ranked(newest: readonly EntryRow[]): EntryRow[] {
  const latest = newest[0]?.sent_at.getTime() ?? 0;
  const score = ({ rank, sent_at: at }: EntryRow) => rank * 2 ** ((at.getTime() - latest) / halfLifeMs);
  return newest.toSorted((a, b) => score(b) - score(a));
}

function nextPage(
  newest: readonly EntryRow[],
  page: readonly EntryRow[],
  { byRelevance, isFull }: { byRelevance: boolean; isFull: boolean },
  { shown: before }: SearchCursor,
): SearchCursor | null {
  const first = newest[0];
  const last = byRelevance ? newest.at(-1) : page.at(-1);
  if (first === undefined || last === undefined) return null;
  const count = before + page.length;
  // The window stays where it is: what was sent meanwhile would move everything in it.
  if (byRelevance && count < newest.length) return { before: placeOf(first, 1), shown: count };
  return isFull ? { before: placeOf(last, 0), shown: 0 } : null;
}

function placeOf({ sent_at: at, conversation_id: conversationId, position }: EntryRow, behind: number) {
  return { at, conversationId, position: position + behind };
}

/** The messages as they are now: what was deleted or edited meanwhile, and does not fit any more, is left out. */
async function shown(
  db: Database,
  viewer: Viewer,
  page: readonly EntryRow[],
  phrases: readonly Phrase[],
  input: MessageSearch,
): Promise<FoundMessage[]> {
  if (page.length === 0) return [];
  const rows = await messagesAt(db, viewer.userId, page);
  const seen = await withOwnReactions(db, viewer.userId, rows.map(messageOf));
  const found = new Map(seen.map((message) => [`${message.conversationId} ${message.position}`, message]));
  return page.flatMap((row) => {
    const message = found.get(`${row.conversation_id} ${row.position}`);
    const highlights = message === undefined ? null : matchIn(message.content, phrases);
    if (message === undefined || highlights === null) return [];
    return input.hasLink === true && !hasLink(message.content) ? [] : { message, highlights };
  });
}
