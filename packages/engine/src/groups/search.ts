import { type GroupSearch, limits, ParleyError, type PublicGroupPage, type Viewer } from '@parley/contract';
import type { Database } from '../db/database.ts';
import { isTooLong, parseQuery } from '../search/text/query.ts';
import { matchOf } from '../search/text/tsquery.ts';
import { searchGroups, type SizeCursor } from './queries.ts';
import { publicGroupOf } from './rows.ts';

/** Public groups by words, page by page. Throws as `GroupsService.search` says. */
export async function searchPublicGroups(
  db: Database,
  viewer: Viewer,
  { q, cursor, limit }: GroupSearch,
): Promise<PublicGroupPage> {
  const phrases = parseQuery(q);
  if (isTooLong(phrases)) {
    throw new ParleyError('INVALID_INPUT', `unable to search; more than ${limits.searchWords} words`, {
      fields: [{ path: 'q', message: `must have at most ${limits.searchWords} words and phrases` }],
    });
  }
  const after = cursor === undefined ? null : readCursor(cursor);
  if (phrases.every(({ excluded }) => excluded)) return { groups: [], nextCursor: null };
  const rows = await searchGroups(db, viewer.userId, matchOf(phrases), after, {
    limit: limit + 1,
    most: limits.publicGroupsRanked,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    groups: page.map(publicGroupOf),
    nextCursor:
      rows.length > limit && last !== undefined
        ? writeCursor({ members: last.member_count, id: last.id })
        : null,
  };
}

function writeCursor({ members, id }: SizeCursor): string {
  return `${members}~${id}`;
}

/** @throws INVALID_INPUT for what no page gave */
function readCursor(text: string): SizeCursor {
  const [, members, id] = /^(\d{1,15})~([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text) ?? [];
  if (members === undefined || id === undefined) {
    throw new ParleyError('INVALID_INPUT', 'unable to search; the cursor is not one of a page', {
      fields: [{ path: 'cursor', message: 'must be the nextCursor of a page' }],
    });
  }
  return { members: Number(members), id };
}
