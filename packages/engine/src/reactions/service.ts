import type { ReactionList, ReactionPage, ReactionsService, Viewer } from '@parley/contract';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { inSnapshot } from '../feeds/queries.ts';
import { findVisible } from '../messages/find.ts';
import { findPeople } from '../users/queries.ts';
import { userOf } from '../users/rows.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { listReactions } from './queries.ts';
import { react } from './react.ts';

export function reactionsService(db: Database, bus: Bus): ReactionsService {
  return {
    add: (viewer, input) => react(db, bus, viewer, input, 'add'),
    remove: (viewer, input) => react(db, bus, viewer, input, 'remove'),
    list: (viewer, input) => whoReacted(db, viewer, input),
  };
}

/** Of one snapshot with the membership. */
function whoReacted(db: Database, viewer: Viewer, input: ReactionList): Promise<ReactionPage> {
  const { emoji = null, cursor, limit } = input;
  const after = cursor === undefined ? null : readCursor(cursor);
  return inSnapshot(db, async (snapshot) => {
    const { row } = await findVisible(snapshot, viewer, input);
    const rows = await listReactions(snapshot, row, { emoji, after, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    const ids = [...new Set(page.map(({ user_id }) => user_id))];
    const people = ids.length === 0 ? [] : await findPeople(snapshot, viewer.userId, ids);
    const users = new Map(people.map((person) => [person.id, userOf(person)]));
    return {
      reactions: page.flatMap(({ user_id, reacted_at, ...one }) => {
        const user = users.get(user_id);
        return user === undefined ? [] : { emoji: one.emoji, user, reactedAt: reacted_at.toISOString() };
      }),
      nextCursor: last === undefined ? null : writeCursor(last),
    };
  });
}
