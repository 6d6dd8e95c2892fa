import type { InboxEvent, Member } from '@parley/contract';
import type { Entry } from '../../../packages/sdk/src/sync/state.ts';
import type { Code } from './code.ts';
import { conversationOf, type Db, hiddenFrom, membersOf, messageAt, room } from './database.ts';
import type { World } from './world.ts';

/** What is wrong in a state; null when nothing is. */
export function violationIn(code: Code, world: World): string | null {
  return world.wrong ?? shownWell(code, world) ?? holdsAllItClaims(world);
}

/** I1: a stretch of the timeline without holes and doubles, each message as it once was. */
function shownWell(code: Code, { client, written }: World): string | null {
  const timeline = client.sync.entries?.get(room)?.timeline;
  if (timeline == null) return null;
  const rows = code.sync.shownRows(timeline);
  const first = rows[0]?.position ?? 0;
  for (const [index, row] of rows.entries()) {
    if (row.position !== first + index)
      return `I1: position ${row.position} is shown in place ${first + index}`;
    if (!written.has(row.content)) return `I1: ${row.id} was never ${row.content}`;
  }
  return null;
}

/** I4, I5: everything up to the cursor is held, at least as new as it was then. */
function holdsAllItClaims({ client, db }: World): string | null {
  const entry = client.sync.entries?.get(room);
  if (entry?.timeline?.loaded !== true || entry.conversation === null || client.sync.epoch !== db.epoch)
    return null;
  const first = entry.timeline.rows[0]?.position ?? Infinity;
  const held = new Map(entry.timeline.rows.map((row) => [row.position, row.seq]));
  for (const [index, row] of db.rows.entries()) {
    const position = index + 1;
    const expected = row.seq <= entry.cursor && !db.missed.includes(position);
    if (!expected || (entry.timeline.hasOlder && position < first) || position <= hiddenFrom(db)) continue;
    if (held.get(position) !== row.seq)
      return `I4: the cursor is ${entry.cursor}, but ${position} is held at ${held.get(position)}, not ${row.seq}`;
  }
  return null;
}

/** I9: nothing with a seq above the removal's is handed to who was removed. */
export function seesNothingAfterRemoval(db: Db, events: readonly InboxEvent[]): string | null {
  for (const event of events) {
    if (event.type !== 'frame' || event.frame.epoch !== db.epoch) continue;
    for (const row of event.frame.rows) {
      if (db.reader.left && row.seq > db.reader.seq)
        return `I9: seq ${row.seq} is handed over after the removal at ${db.reader.seq}`;
      const missed = row.type === 'message' && db.missed.includes(row.message.position);
      if (missed && db.history === 'from-joining')
        return `I9: position ${row.message.position} is handed over, from when the reader was away`;
    }
  }
  return null;
}

/** I1, I6, I8, I16: what the client shows in the end is what is stored. */
export function differenceIn(code: Code, { client, db }: World): string | null {
  const { entries, epoch } = client.sync;
  if (epoch !== db.epoch) return `I6: the client is in epoch ${epoch}, not ${db.epoch}`;
  const entry = entries?.get(room);
  if (db.reader.left)
    return entry === undefined ? null : 'I6: the client shows what it has been removed from';
  if (entry?.conversation == null || entry.timeline === null)
    return 'I6: the client does not show the conversation';
  const stored = conversationOf(db);
  const shown = { ...entry.conversation };
  if (shown.unread !== stored.unread) return `I8: ${shown.unread} are shown as unread, not ${stored.unread}`;
  const rows = code.sync.shownRows(entry.timeline);
  const first = entry.timeline.hasOlder ? (rows[0]?.position ?? Infinity) : hiddenFrom(db) + 1;
  const expected = db.rows.flatMap((_, index) =>
    index + 1 >= first ? messageAt(db, index + 1).content : [],
  );
  const told = rows.map(({ content }) => content);
  if (told.join() !== expected.join()) return `I16: [${told.join()}] is shown, not [${expected.join()}]`;
  const different = memberDifference(code, entry, db);
  if (different !== null) return different;
  if (text(shown) !== text(stored)) return `I16: ${text(shown)} is shown, not ${text(stored)}`;
  return null;
}

/** The same of who is in it, as far as they are listed. */
function memberDifference(code: Code, { roster }: Entry, db: Db): string | null {
  if (roster === null) return null;
  const { upTo } = roster;
  if (upTo === '') return 'I6: the client does not show who is in the conversation';
  const expected = membersOf(db).filter(({ userId }) => upTo === null || userId <= upTo);
  const told = (members: readonly Member[]) => members.map(({ userId, seq }) => `${userId} of ${seq}`).join();
  const shown = told(code.sync.shownMembers(roster));
  return shown === told(expected) ? null : `I16: [${shown}] are shown as members, not [${told(expected)}]`;
}

function text(value: object): string {
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
