import {
  type ConversationSettings,
  defaultSettings,
  isHidden,
  isMuted,
  limits,
  ParleyError,
  type StoredSettings,
  type Viewer,
} from '@parley/contract';
import { type Access, accessTo, notMember } from '../access.ts';
import type { Bus } from '../bus/bus.ts';
import { readClock } from '../conversations/queries.ts';
import type { Database, Locking } from '../db/database.ts';
import { inTransaction } from '../db/transaction.ts';
import { publishHints } from '../feeds/events.ts';
import { lockOwnMember } from '../messages/queries.ts';
import { bumpOwn } from '../people/queries.ts';
import { countPinned, findSettings, saveSettings } from './queries.ts';
import { settingsColumns, settingsOf } from './rows.ts';

/** Settings as they are changed: what they are of is given to them when they are stored. */
export type Settings = Omit<ConversationSettings, 'inboxSeq'>;

/** What a change of settings is made from. */
export interface SettingsBefore extends Access {
  readonly trx: Locking;
  readonly settings: Settings;
  readonly at: Date;
}

/**
 * Changes the viewer's settings of a conversation under the lock of their member row, and tells their devices. What changes
 * nothing is not told.
 * @throws NOT_MEMBER; CONFLICT when as many conversations are pinned as may be
 */
export async function changeSettings(
  db: Database,
  bus: Bus,
  { userId }: Viewer,
  conversationId: string,
  body: (before: SettingsBefore) => Settings | Promise<Settings>,
): Promise<StoredSettings> {
  const { stored, changed } = await inTransaction(db, async (trx) => {
    if ((await lockOwnMember(trx, conversationId, userId)) === undefined) throw notMember();
    const access = await accessTo(trx, conversationId, userId);
    const { epoch } = access;
    const { at } = await readClock(trx);
    const row = await findSettings(trx, conversationId, userId);
    const { inboxSeq: knownSeq, ...settings } =
      row === undefined ? { ...defaultSettings, inboxSeq: 0 } : settingsOf(row);
    const next = current(await body({ ...access, trx, settings, at }), access, at);
    if (same(settings, next))
      return { stored: { ...next, inboxSeq: knownSeq, conversationId, epoch }, changed: false };
    const { inboxSeq } = await bumpOwn(trx, userId);
    const marked = same(settings.unreadFrom, next.unreadFrom) ? (row?.unread_inbox_seq ?? null) : inboxSeq;
    await saveSettings(trx, {
      ...{ conversation_id: conversationId, user_id: userId, inbox_seq: inboxSeq },
      ...settingsColumns(next, marked),
    });
    // Whoever pins at the same time waits for the person's row.
    if (settings.pinnedAt === null && next.pinnedAt !== null) await refuseTooMany(trx, userId);
    return { stored: { ...next, inboxSeq, conversationId, epoch }, changed: true };
  });
  const { epoch, inboxSeq } = stored;
  if (changed) publishHints(bus, [{ userId, epoch, inboxSeq }]);
  return stored;
}

async function refuseTooMany(trx: Locking, userId: string): Promise<void> {
  if ((await countPinned(trx, userId)) <= limits.pinnedConversations) return;
  throw new ParleyError(
    'CONFLICT',
    `unable to pin the conversation; ${limits.pinnedConversations} are pinned already`,
  );
}

/** Without what is over: of what says nothing any more, nothing is kept. */
function current(settings: Settings, { conversation }: Access, at: Date): Settings {
  const whole = { ...settings, inboxSeq: 0 };
  return {
    ...settings,
    mutedUntil: isMuted(whole, at.getTime()) ? settings.mutedUntil : null,
    hiddenOrdinal: isHidden(whole, { lastOrdinal: conversation.last_ordinal })
      ? settings.hiddenOrdinal
      : null,
  };
}

function same(a: object | null, b: object | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
