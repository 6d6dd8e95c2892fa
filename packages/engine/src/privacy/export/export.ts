import { type ExportLine, ParleyError, type Viewer } from '@parley/contract';
import { findUser } from '../../auth/queries.ts';
import type { Database } from '../../db/database.ts';
import { asServiceError } from '../../db/errors.ts';
import { reactionsAfter } from '../../reactions/queries.ts';
import { savedAfter } from '../../saved/queries.ts';
import { draftsAfter } from '../../drafts/queries.ts';
import { selfOf } from '../../users/rows.ts';
import { invitationsAfter } from '../../invitations/queries.ts';
import {
  auditLine,
  blockLine,
  conversationLine,
  draftLine,
  invitationLine,
  messageLine,
  reactionLine,
  savedLine,
  sessionLine,
  settingsLine,
  threadLine,
} from './lines.ts';
import {
  auditAfter,
  blocksAfter,
  countOwn,
  findConversations,
  sessionsAfter,
  settingsAfter,
} from './queries.ts';
import { followsAfter } from '../../threads/queries.ts';
import { membershipsAfter, writtenBetween } from '../queries.ts';

const pageRows = 200;
/** Entries of a timeline looked at in one statement: those that others wrote are not taken. */
const stretch = 500;

/**
 * All of somebody's own data, read in pages as it is taken: nothing is held but the page, and no connection between two.
 * @param check called before every page; throws when the session is over
 */
export async function* exportData(
  db: Database,
  { userId }: Viewer,
  check: () => Promise<void>,
): AsyncGenerator<ExportLine> {
  let lines = 0;
  try {
    for await (const line of linesOf(db, userId, check)) {
      lines += 1;
      yield line;
    }
  } catch (error) {
    throw asServiceError(error);
  }
  yield { type: 'end', lines };
}

async function* linesOf(
  db: Database,
  userId: string,
  check: () => Promise<void>,
): AsyncGenerator<ExportLine> {
  const user = await findUser(db, userId);
  if (user === undefined) throw new ParleyError('UNAUTHENTICATED', 'unable to export; the account is gone');
  const counts = await countOwn(db, userId);
  yield { type: 'export', version: 1, userId, at: new Date().toISOString(), counts };
  yield { type: 'profile', profile: { ...selfOf(user), createdAt: user.created_at.toISOString() } };
  const pages = <T, Id = string>(
    read: (db: Database, userId: string, after: Id | null, limit: number) => Promise<T[]>,
    id: (row: T) => Id,
  ) => inPages((after) => read(db, userId, after, pageRows), id, check);
  for await (const page of pages(sessionsAfter, (row) => row.id)) yield* page.map(sessionLine);
  for await (const page of pages(membershipsAfter, (row) => row.conversation_id)) {
    const found = await findConversations(
      db,
      page.map((member) => member.conversation_id),
    );
    const conversations = new Map(found.map((conversation) => [conversation.id, conversation]));
    for (const member of page) {
      const conversation = conversations.get(member.conversation_id);
      if (conversation === undefined) continue;
      yield conversationLine(conversation, member);
      yield* messagesIn(db, conversation.id, userId, conversation.last_position, check);
      yield* threadsIn(db, conversation.id, userId, check);
    }
  }
  const own =
    <T>(read: (db: Database, userId: string, after: number, limit: number) => Promise<T[]>) =>
    (_db: Database, _userId: string, after: number | null, limit: number) =>
      read(db, userId, after ?? 0, limit);
  for await (const page of pages(own(reactionsAfter), (row) => row.inbox_seq)) {
    yield* page.filter(({ removed_at }) => removed_at === null).map(reactionLine);
  }
  for await (const page of pages(own(savedAfter), (row) => row.inbox_seq)) yield* page.map(savedLine);
  for await (const page of pages(settingsAfter, (row) => row.inbox_seq)) yield* page.map(settingsLine);
  const drafts = (_db: Database, _userId: string, after: number | null, limit: number) =>
    draftsAfter(db, userId, after ?? 0, false, limit);
  for await (const page of pages(drafts, (row) => row.inbox_seq)) yield* page.map(draftLine);
  for await (const page of pages(blocksAfter, (row) => row.blocked_id)) yield* page.map(blockLine);
  for await (const page of pages(invitationsAfter, (row) => row.id)) yield* page.map(invitationLine);
  for await (const page of pages(auditAfter, (row) => row.id))
    yield* page.map((row) => auditLine(row, userId));
}

async function* inPages<T, Id>(
  read: (after: Id | null) => Promise<T[]>,
  id: (row: T) => Id,
  check: () => Promise<void>,
): AsyncGenerator<T[]> {
  let after: Id | null = null;
  for (;;) {
    await check();
    const page = await read(after);
    yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return;
    after = id(last);
  }
}

async function* messagesIn(
  db: Database,
  conversationId: string,
  userId: string,
  lastPosition: number,
  check: () => Promise<void>,
): AsyncGenerator<ExportLine> {
  for (let from = 0; from < lastPosition; from += stretch) {
    await check();
    const rows = await writtenBetween(db, conversationId, userId, from, from + stretch);
    yield* rows.map(messageLine);
  }
}

async function* threadsIn(
  db: Database,
  conversationId: string,
  userId: string,
  check: () => Promise<void>,
): AsyncGenerator<ExportLine> {
  for (let rootPosition = 0; ;) {
    await check();
    const rows = await followsAfter(db, { conversationId, rootPosition }, userId, pageRows);
    yield* rows.map(threadLine);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    rootPosition = last.root_position;
  }
}
