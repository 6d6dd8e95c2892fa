import type { DraftSet, DraftsService, StoredDraft, Viewer } from '@parley/contract';
import { notMember } from '../access.ts';
import type { Bus } from '../bus/bus.ts';
import { readClock } from '../conversations/queries.ts';
import type { Database } from '../db/database.ts';
import { inTransaction } from '../db/transaction.ts';
import { inSnapshot } from '../feeds/queries.ts';
import { publishHints } from '../feeds/events.ts';
import { lockOwnMember } from '../messages/queries.ts';
import { bumpOwn } from '../people/queries.ts';
import { draftsAfter, findDraft, readEpoch, saveDraft } from './queries.ts';
import { draftOf } from './rows.ts';

export function draftsService(db: Database, bus: Bus): DraftsService {
  return {
    set: (viewer, input) => write(db, bus, viewer, input),
    clear: (viewer, { conversationId }) => write(db, bus, viewer, { conversationId, text: '' }),
    list: ({ userId }, { after = 0, cleared = false, limit }) =>
      inSnapshot(db, async (snapshot) => {
        const epoch = await readEpoch(snapshot);
        const rows = await draftsAfter(snapshot, userId, after, cleared, limit + 1);
        const drafts = rows.slice(0, limit).map(draftOf);
        return { drafts, epoch, nextAfter: rows.length > limit ? (drafts.at(-1)?.inboxSeq ?? null) : null };
      }),
  };
}

/** Writes a draft under the lock of the member row, and tells the person's devices; what changes nothing is not told. */
async function write(
  db: Database,
  bus: Bus,
  { userId }: Viewer,
  { conversationId, text, replyTo }: DraftSet,
): Promise<StoredDraft> {
  const { draft, changed } = await inTransaction(db, async (trx) => {
    if ((await lockOwnMember(trx, conversationId, userId)) === undefined) throw notMember();
    const { epoch, at } = await readClock(trx);
    const before = await findDraft(trx, conversationId, userId);
    const next = { content: text, reply_to: replyTo ?? null };
    if ((before?.content ?? '') === next.content && (before?.reply_to ?? null) === next.reply_to) {
      const none = { conversationId, text, inboxSeq: 0, updatedAt: at.toISOString() };
      return { draft: { ...(before === undefined ? none : draftOf(before)), epoch }, changed: false };
    }
    const { inboxSeq } = await bumpOwn(trx, userId);
    const row = {
      ...{ conversation_id: conversationId, user_id: userId, inbox_seq: inboxSeq },
      ...{ ...next, updated_at: at },
    };
    await saveDraft(trx, row);
    return { draft: { ...draftOf(row), epoch }, changed: true };
  });
  const { epoch, inboxSeq } = draft;
  if (changed) publishHints(bus, [{ userId, epoch, inboxSeq }]);
  return draft;
}
