import { type Conversation, limits, type Viewer } from '@parley/contract';
import { findConversations } from '../conversations/queries.ts';
import { conversationView } from '../conversations/views.ts';
import type { Database } from '../db/database.ts';
import { namedConversations } from './queries.ts';
import { matchIn } from './text/match.ts';
import { parseQuery, type Phrase } from './text/query.ts';

/**
 * The viewer's conversations whose title, or whose other person's name, has all of the words or their beginnings, those with
 * the latest activity first.
 */
export async function searchConversations(
  db: Database,
  viewer: Viewer,
  q: string,
  limit: number,
): Promise<Conversation[]> {
  const phrases = parseQuery(q).map(beginnings);
  if (phrases.every(({ excluded }) => excluded)) return [];
  const named = await namedConversations(db, viewer.userId, limits.searchConversations);
  const ids = named
    .filter(({ title, username, display_name: name }) =>
      [title, name, username].some((text) => text !== null && matchIn(text, phrases) !== null),
    )
    .slice(0, limit)
    .map(({ id }) => id);
  const rows = await findConversations(db, ids, viewer.userId);
  return rows.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id)).map(conversationView);
}

function beginnings({ excluded, tokens }: Phrase): Phrase {
  return { excluded, tokens: tokens.map((token) => ({ ...token, prefix: true })) };
}
