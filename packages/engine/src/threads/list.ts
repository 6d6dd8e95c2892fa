import {
  type FollowedPage,
  limits,
  type ThreadList,
  type ThreadPage,
  type ThreadsFollowed,
  type Viewer,
} from '@parley/contract';
import { accessTo } from '../access.ts';
import type { Database } from '../db/database.ts';
import { inSnapshot } from '../feeds/queries.ts';
import { noSuchMessage } from '../messages/find.ts';
import { messageOf } from '../messages/rows.ts';
import { messageViews } from '../messages/views.ts';
import { withOwnReactions } from '../reactions/own.ts';
import { findRoot } from './find.ts';
import { readCursor, writeCursor } from './followed-cursor.ts';
import { findFollower, followedThreads, rootsWithLatest, readEpoch, repliesOf } from './queries.ts';
import { countOf, keyOf, stateOf } from './rows.ts';

/** A page of replies, of one snapshot with the membership. */
export function listThread(db: Database, viewer: Viewer, input: ThreadList): Promise<ThreadPage> {
  const { conversationId, rootId, before, after, limit } = input;
  return inSnapshot(db, async (snapshot) => {
    const { conversation, member, epoch } = await accessTo(snapshot, conversationId, viewer.userId);
    const root = await findRoot(snapshot, conversation, member, rootId);
    const key = keyOf(root);
    const backward = after === undefined;
    const range = { above: after ?? 0, below: before ?? Number.MAX_SAFE_INTEGER, backward };
    // One more than asked for tells whether there is more.
    const found = await repliesOf(snapshot, key, { ...range, limit: limit + 1 });
    const rows = backward ? found.slice(0, limit).toReversed() : found.slice(0, limit);
    const views = await messageViews(snapshot, viewer, member, [root, ...rows].map(messageOf));
    const [rootView, ...messages] = await withOwnReactions(snapshot, viewer.userId, views);
    if (rootView === undefined) throw noSuchMessage();
    const [first, last] = [rows[0]?.metadata?.thread?.ordinal, rows.at(-1)?.metadata?.thread?.ordinal];
    const count = countOf(root);
    return {
      root: rootView,
      messages,
      hasBefore: first === undefined ? !backward && count > 0 : first > 1,
      hasAfter: last === undefined ? backward && count > 0 : last < count,
      state: stateOf(key, rootId, count, await findFollower(snapshot, key, viewer.userId)),
      epoch,
      asOf: conversation.last_seq,
    };
  });
}

/** A page of the threads somebody follows, of one snapshot with the memberships. */
export function listFollowed(
  db: Database,
  viewer: Viewer,
  { cursor, limit }: ThreadsFollowed,
): Promise<FollowedPage> {
  const after = cursor === undefined ? null : readCursor(cursor);
  return inSnapshot(db, async (snapshot) => {
    const rows = await followedThreads(snapshot, viewer.userId, after, limit + 1);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const nextCursor =
      rows.length > limit && last !== undefined
        ? writeCursor({
            at: last.last_at,
            conversationId: last.conversation_id,
            rootPosition: last.root_position,
          })
        : null;
    const found = await rootsWithLatest(snapshot, page, limits.threadLatest);
    const messages = found.map(messageOf);
    const threads = page.flatMap((row) => {
      const inConversation = messages.filter(({ conversationId: id }) => id === row.conversation_id);
      const root = inConversation.find(({ id }) => id === row.root_id);
      const latest = inConversation.filter(({ thread }) => thread?.rootPosition === row.root_position);
      const key = { conversationId: row.conversation_id, rootPosition: row.root_position };
      const state = stateOf(key, row.root_id, row.last_ordinal, row);
      return root === undefined ? [] : { root, latest, state };
    });
    return { threads, nextCursor, epoch: await readEpoch(snapshot) };
  });
}
