import type { Changes, MemberPage } from '@parley/contract';
import type { CacheRecord } from '../../../packages/sdk/src/cache/record.ts';
import type { SyncEffect, SyncInput } from '../../../packages/sdk/src/sync/state.ts';
import type { Code } from './code.ts';
import {
  conversationOf,
  type Db,
  hiddenFrom,
  membersOf,
  messageAt,
  reader,
  room,
  rowsSince,
} from './database.ts';
import type { Client, World } from './world.ts';

/** Rows of a page of changes, and of a page of history: few, so that there are several. */
const changeRows = 1;
const pageRows = 2;
const memberRows = 2;

/** @param members whether somebody looks at who is in the conversation, too */
export function newClient(code: Code, members: boolean, before = code.sync.emptySync(reader)): Client {
  const [opened] = code.sync.stepSync(before, { type: 'open', conversationId: room });
  const [sync] = members
    ? code.sync.stepSync(opened, { type: 'open-members', conversationId: room })
    : [opened];
  return { sync, server: null, stream: [], asked: [], answers: [] };
}

/** What the client would keep now. */
export function keptBy(code: Code, { sync }: Client): readonly (readonly [string, CacheRecord])[] {
  const { epoch } = sync;
  if (sync.cached || epoch === null) return [];
  const entries = code.cache.keptEntries(sync);
  return [...entries].map(([id, entry]) => [id, code.cache.recordOf(entry, epoch, 0)]);
}

/** As when the app is opened again: what was kept is read before somebody looks at the conversation, or whenever. */
export function reopened(code: Code, { kept, client }: World, readFirst: boolean): Client {
  const restored = code.cache.restoredFrom(kept);
  const members = client.sync.openMembers.has(room);
  if (!readFirst) return { ...newClient(code, members), answers: [restored] };
  const [early] = code.sync.stepSync(code.sync.emptySync(reader), restored);
  return newClient(code, members, early);
}

export function tell(code: Code, client: Client, input: SyncInput): Client {
  const [sync, effects] = code.sync.stepSync(client.sync, input);
  return { ...client, sync, asked: [...client.asked, ...effects] };
}

/** The next event of the stream arrives. */
export function nextEvent(code: Code, client: Client): Client {
  const [event, ...stream] = client.stream;
  if (event === undefined) return client;
  return tell(code, { ...client, stream }, { type: 'inbox', events: [event] });
}

export function without<T>(items: readonly T[], index: number): T[] {
  return items.toSpliced(index, 1);
}

/** A server answers one of the calls; the answer arrives later. */
export function serve(client: Client, index: number, db: Db): Client {
  const effect = client.asked[index];
  if (effect === undefined) return client;
  const answered = { ...client, asked: without(client.asked, index) };
  return { ...answered, answers: [...client.answers, answerOf(effect, db)] };
}

/** The answer to a call, of one snapshot (rules 13 to 15). */
function answerOf(effect: SyncEffect, db: Db): SyncInput {
  const conversationId = room;
  switch (effect.type) {
    case 'fetch-list': {
      const conversations = db.reader.left ? [] : [conversationOf(db)];
      return { type: 'listed', generation: effect.generation, conversations };
    }
    case 'fetch-conversation': {
      const { call } = effect;
      if (db.reader.left) return { type: 'call-failed', conversationId, call, final: true };
      return { type: 'conversation', conversation: conversationOf(db), call };
    }
    case 'fetch-changes': {
      const { call } = effect;
      if (db.reader.left) return { type: 'call-failed', conversationId, call, final: true };
      return { type: 'changes', conversationId, call, answer: changesOf(effect, db) };
    }
    case 'fetch-page': {
      const { call, place } = effect;
      if (db.reader.left) return { type: 'page-failed', conversationId, call, final: true };
      const positions = db.rows
        .map((_, index) => index + 1)
        .filter((at) => at > hiddenFrom(db) && (place.type === 'latest' || at < place.position));
      const messages = positions.slice(-pageRows).map((at) => ({ ...messageAt(db, at), isRead: false }));
      const { epoch, lastSeq: asOf } = db;
      const page = {
        messages,
        hasBefore: positions.length > pageRows,
        hasAfter: place.type !== 'latest',
        epoch,
        asOf,
      };
      return { type: 'page', conversationId, call, page };
    }
    case 'fetch-members': {
      const { call, after } = effect;
      if (db.reader.left) return { type: 'members-failed', conversationId, call, final: true };
      return { type: 'members', conversationId, call, page: memberPageOf(after, db) };
    }
    case 'fetch-thread':
      throw new Error('nobody looks at a thread');
    case 'pause':
    case 'resubscribe':
      throw new Error('not a call');
  }
}

function changesOf(asked: Extract<SyncEffect, { type: 'fetch-changes' }>, db: Db): Changes {
  const { epoch, lastSeq } = db;
  const { memberCount, role, joinedSeq, joinedPosition, read } = conversationOf(db);
  if (asked.epoch !== epoch || asked.since > lastSeq) return { type: 'reset', epoch };
  if (asked.joinedSeq !== joinedSeq && db.history === 'from-joining')
    return { type: 'rejoin', epoch, joinedSeq };
  const all = rowsSince(db, asked.since, hiddenFrom(db));
  const rows = all.slice(0, changeRows);
  const more = all.length > changeRows;
  const upTo = more ? (rows.at(-1)?.seq ?? lastSeq) : lastSeq;
  return {
    type: 'page',
    epoch,
    rows,
    upTo,
    more,
    lastSeq,
    memberCount,
    role,
    joinedSeq,
    joinedPosition,
    read,
  };
}

function memberPageOf(after: string, db: Db): MemberPage {
  const rows = membersOf(db).filter(({ userId }) => userId > after);
  const page = rows.slice(0, memberRows);
  const nextAfter = rows.length > memberRows ? (page.at(-1)?.userId ?? null) : null;
  const { epoch, lastSeq: asOf } = db;
  const user = { username: '', displayName: null, avatar: null, isOnline: false, lastSeen: null };
  const members = page.map((member) => ({ ...member, user: { ...user, id: member.userId } }));
  return { members, nextAfter, epoch, asOf };
}

/** What becomes of a call that brings nothing, for a reason that may pass. */
export function failureOf(effect: SyncEffect): SyncInput | null {
  if (effect.type === 'fetch-list') return { type: 'list-failed', generation: effect.generation };
  if (effect.type === 'pause' || effect.type === 'resubscribe') return null;
  const { type: asked } = effect;
  const type =
    asked === 'fetch-page' ? 'page-failed' : asked === 'fetch-members' ? 'members-failed' : 'call-failed';
  return { type, conversationId: room, call: effect.call, final: false };
}
