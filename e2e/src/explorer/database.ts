import {
  type Change,
  type Conversation,
  type ConversationInfo,
  type Head,
  type Member,
  type Message,
  type ReadState,
  unreadOf,
} from '@parley/contract';
import type { ChangeEvent, FeedSnapshot, Membership } from '../../../packages/engine/src/feeds/feed.ts';

/** Three people: one who writes, one who comes and goes, and the reader whose client is explored. */
export const writer = 'writer';
const guest = 'guest';
export const reader = 'reader';
export const room = 'room';
const time = '2026-01-01T00:00:00.000Z';

interface Row {
  readonly senderId: string;
  readonly seq: number;
}

interface MemberRow {
  readonly joinedSeq: number;
  readonly joinedPosition: number;
  readonly left: boolean;
  readonly seq: number;
  readonly readPosition: number;
  readonly inboxSeq: number;
}

/** A database of one conversation. Positions are places in `rows`, from 1. */
export interface Db {
  readonly epoch: string;
  readonly history: Conversation['history'];
  readonly lastSeq: number;
  readonly memberVersion: number;
  readonly changedSeq: number;
  readonly rows: readonly Row[];
  readonly reader: MemberRow;
  /** Null until they have come once. */
  readonly guest: Pick<MemberRow, 'joinedSeq' | 'left' | 'seq'> | null;
  readonly inboxSeq: number;
  /** Positions written while the reader was away. */
  readonly missed: readonly number[];
}

interface Hint {
  readonly epoch: string;
  readonly inboxSeq: number;
}
/** What a transaction publishes. */
export type Published = { readonly change: ChangeEvent } | { readonly hint: Hint };
export type Commit = readonly [Db, readonly Published[]];

/** @param messages how many there are already */
export function newDb(history: Conversation['history'], messages: number): Db {
  const member = { joinedSeq: 2, joinedPosition: 0, left: false, seq: 2, readPosition: 0, inboxSeq: 1 };
  const rows = Array.from({ length: messages }, (_, index) => ({ senderId: writer, seq: index + 3 }));
  return {
    ...{ epoch: 'a', history, lastSeq: 2 + messages, memberVersion: 2, changedSeq: 1, rows },
    ...{ reader: member, guest: null, inboxSeq: 1, missed: [] },
  };
}

/** One change of any kind: the next seq is taken and stamps the one row it changes (rule 1). */
function commit(db: Db, change: (seq: number) => Partial<Db>, rowOf: (db: Db) => Change): Commit {
  const seq = db.lastSeq + 1;
  const next: Db = { ...db, lastSeq: seq, ...change(seq) };
  const { epoch, memberVersion } = next;
  const published: Published[] = [{ change: { epoch, seq, memberVersion, row: rowOf(next) } }];
  if (next.inboxSeq !== db.inboxSeq) published.push({ hint: { epoch, inboxSeq: next.inboxSeq } });
  return [next, published];
}

export function send(db: Db, senderId: string): Commit {
  const position = db.rows.length + 1;
  return commit(
    db,
    (seq) => ({
      rows: [...db.rows, { senderId, seq }],
      missed: db.reader.left ? [...db.missed, position] : db.missed,
    }),
    (next) => messageChange(next, position),
  );
}

/** Changes a message that is there; a deletion is no other thing to the protocol. */
export function edit(db: Db, position: number): Commit {
  return commit(
    db,
    (seq) => ({ rows: db.rows.map((row, index) => (index === position - 1 ? { ...row, seq } : row)) }),
    (next) => messageChange(next, position),
  );
}

export function rename(db: Db): Commit {
  return commit(db, (seq) => ({ changedSeq: seq }), conversationChange);
}

export function remove(db: Db): Commit {
  const inboxSeq = db.inboxSeq + 1;
  return commit(
    db,
    (seq) => ({ memberVersion: seq, inboxSeq, reader: { ...db.reader, left: true, seq, inboxSeq } }),
    readerChange,
  );
}

export function add(db: Db): Commit {
  const inboxSeq = db.inboxSeq + 1;
  const last = db.rows.length;
  return commit(
    db,
    (seq) => ({
      memberVersion: seq,
      inboxSeq,
      reader: { joinedSeq: seq, joinedPosition: last, left: false, seq, readPosition: last, inboxSeq },
    }),
    readerChange,
  );
}

/** Somebody else comes, or goes when they are there. */
export function comeOrGo(db: Db): Commit {
  return commit(
    db,
    (seq) => ({
      memberVersion: seq,
      guest:
        db.guest === null || db.guest.left
          ? { joinedSeq: seq, left: false, seq }
          : { ...db.guest, left: true, seq },
    }),
    (next) => memberChange(guest, { joinedPosition: 0, ...(next.guest ?? next.reader) }),
  );
}

/** Reading takes no seq: it is the reader's own matter (rule 6). */
export function markRead(db: Db): Commit {
  const inboxSeq = db.inboxSeq + 1;
  const own = { ...db.reader, readPosition: db.rows.length, inboxSeq };
  return [{ ...db, inboxSeq, reader: own }, [{ hint: { epoch: db.epoch, inboxSeq } }]];
}

export function hiddenFrom(db: Db): number {
  return db.history === 'from-joining' ? db.reader.joinedPosition : 0;
}

export function membershipOf(db: Db): Membership | null {
  return db.reader.left ? null : { joinedSeq: db.reader.joinedSeq, hidden: hiddenFrom(db) };
}

export function messageAt(db: Db, position: number): Message {
  const row = db.rows[position - 1];
  if (row === undefined) throw new Error(`there is no message at ${position}`);
  const { senderId, seq } = row;
  return {
    ...{ conversationId: room, position, ordinal: position, seq, id: `message ${position}`, senderId },
    ...{ messageType: 'text', content: `of ${seq} in ${db.epoch}`, notice: null, createdAt: time },
    ...{ editedAt: null, deletedAt: null, isEdited: false, isDeleted: false },
  };
}

function messageChange(db: Db, position: number): Change {
  const message = messageAt(db, position);
  return { type: 'message', seq: message.seq, message };
}

function readerChange(db: Db): Change {
  return memberChange(reader, db.reader);
}

function memberChange(userId: string, row: Omit<MemberRow, 'readPosition' | 'inboxSeq'>): Change {
  return { type: 'member', seq: row.seq, member: memberOf(userId, row) };
}

function memberOf(userId: string, row: Omit<MemberRow, 'readPosition' | 'inboxSeq'>): Member {
  const { joinedSeq, joinedPosition, left, seq } = row;
  const leftAt = left ? time : null;
  return { conversationId: room, userId, role: 'member', joinedSeq, joinedPosition, leftAt, seq };
}

/** Those who are in it now, by user id. */
export function membersOf(db: Db): Member[] {
  const first = { joinedSeq: 1, joinedPosition: 0, left: false, seq: 1 };
  const rows = [
    ...(db.guest === null ? [] : [memberOf(guest, { joinedPosition: 0, ...db.guest })]),
    memberOf(reader, db.reader),
    memberOf(writer, first),
  ];
  return rows.filter(({ leftAt }) => leftAt === null);
}

function infoOf(db: Db): ConversationInfo {
  return {
    ...{ id: room, kind: 'group', title: `Room ${db.changedSeq}`, avatar: null, history: db.history },
    ...{ createdBy: writer, createdAt: time, updatedAt: time, changedSeq: db.changedSeq },
  };
}

function conversationChange(db: Db): Change {
  return { type: 'conversation', seq: db.changedSeq, conversation: infoOf(db) };
}

/** The rows with a seq above one, as they are, without messages up to a position. */
export function rowsSince(db: Db, since: number, hidden: number): Change[] {
  const messages = db.rows.map((_, index) => messageChange(db, index + 1));
  const visible = messages.filter((row) => row.type === 'message' && row.message.position > hidden);
  const guests = db.guest === null ? [] : [memberChange(guest, { joinedPosition: 0, ...db.guest })];
  return [...visible, readerChange(db), ...guests, conversationChange(db)]
    .filter((row) => row.seq > since)
    .sort((a, b) => a.seq - b.seq);
}

/** What a gap read finds (rule 4); more than `limit` rows are not sent on (rule 5). */
export function gapSnapshot(db: Db, above: number, asked: readonly string[], limit: number): FeedSnapshot {
  const { epoch, lastSeq, memberVersion } = db;
  const rows = rowsSince(db, above, 0);
  const members = new Map(asked.map((userId) => [userId, userId === reader ? membershipOf(db) : null]));
  return { epoch, lastSeq, memberVersion, above, rows: rows.length > limit ? null : rows, members };
}

export function readStateOf(db: Db): ReadState {
  const { readPosition } = db.reader;
  const sentUpTo = (position: number) =>
    db.rows.filter((row, index) => row.senderId === reader && index < position).length;
  const last = db.rows.length;
  return {
    ...{ lastPosition: last, lastOrdinal: last, sent: sentUpTo(last) },
    ...{ readPosition, readOrdinal: readPosition, readSent: sentUpTo(readPosition) },
  };
}

export function headOf(db: Db, lastSeq: number, read: ReadState): Head {
  const { joinedSeq, joinedPosition } = db.reader;
  return { conversationId: room, lastSeq, role: 'member', joinedSeq, joinedPosition, read };
}

/** The conversation as the reader sees it. */
export function conversationOf(db: Db): Conversation {
  const read = readStateOf(db);
  const { joinedSeq, joinedPosition } = db.reader;
  const last = db.rows.length;
  return {
    ...infoOf(db),
    ...{ epoch: db.epoch, lastSeq: db.lastSeq, memberCount: membersOf(db).length, peer: null },
    lastMessage: last <= hiddenFrom(db) ? null : messageAt(db, last),
    ...{ role: 'member', joinedSeq, joinedPosition, read, unread: unreadOf(read) },
  };
}
