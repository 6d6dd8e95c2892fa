import type { Conversation } from '@parley/contract';
import { byPlace } from '../conversations/summary.ts';
import { isObject } from '../is-object.ts';
import { endOf } from '../messages/timeline.ts';
import { ownFrom } from '../reactions/known.ts';
import { withoutTimeline } from '../sync/entry.ts';
import type { Entry, SyncInput, SyncState } from '../sync/state.ts';

/** Raised whenever records get another shape: those of another version are not read. */
const VERSION = 4;
const conversationsKept = 50;
const timelinesKept = 10;
const rowsKept = 50;

/** An entry as it is kept, with nothing under way in it: as good when it is older, for it goes on from its own cursor. */
export interface CacheRecord extends Entry {
  readonly version: number;
  readonly epoch: string;
  /** In ms since the epoch, by this machine's clock. */
  readonly savedAt: number;
}

/**
 * What of all that is held is kept: those that are pinned and those with the latest activity, with the messages of those among them that
 * were opened last. An entry is the same one for as long as nothing changes in it.
 */
export function keptEntries({ entries, open }: SyncState): ReadonlyMap<string, Entry> {
  const known = [...(entries ?? [])]
    .filter(isKnown)
    .sort(([, a], [, b]) => byPlace(a.conversation, b.conversation))
    .slice(0, conversationsKept);
  // What was restored and not opened since comes after what was.
  const turns = [...open];
  const whole = known
    .filter(([, { timeline }]) => timeline?.loaded)
    .sort(([a], [b]) => turns.indexOf(b) - turns.indexOf(a))
    .slice(0, timelinesKept);
  return new Map([...known.map(([id, entry]) => [id, withoutTimeline(entry)] as const), ...whole]);
}

/** A conversation the server refuses is one that has been left, whatever is held of it. */
function isKnown(held: readonly [string, Entry]): held is [string, Entry & { conversation: Conversation }] {
  return held[1].conversation !== null && held[1].held !== 'refused';
}

/** The cursor says from where to go on; what was heard of beyond it is heard of again. */
export function recordOf(entry: Entry, epoch: string, savedAt: number): CacheRecord {
  const timeline = entry.timeline && endOf(entry.timeline, rowsKept);
  const resting = {
    ...entry,
    timeline,
    jump: null,
    own: ownFrom(entry.own, timeline?.rows[0]?.position ?? Infinity),
    roster: null,
    threads: new Map(),
    target: entry.cursor,
    frames: [],
    call: null,
    held: null,
  };
  return { ...resting, version: VERSION, epoch, savedAt };
}

/** Whether keeping an entry again would change nothing: every reconnect makes all entries anew. */
export function keepsTheSame(before: Entry | null | undefined, entry: Entry): boolean {
  const text = (of: Entry) => JSON.stringify(recordOf(of, '', 0));
  return before === entry || (before != null && text(before) === text(entry));
}

/** What comes of all that was found kept. Of several epochs, that of the latest record counts. */
export function restoredFrom(
  found: readonly (readonly [string, unknown])[],
): Extract<SyncInput, { type: 'restored' }> {
  const records = found.filter(isRecord).sort(([, a], [, b]) => b.savedAt - a.savedAt);
  const epoch = records[0]?.[1].epoch ?? '';
  return {
    type: 'restored',
    epoch,
    entries: new Map(records.filter(([, record]) => record.epoch === epoch)),
  };
}

/** Whether what was found under a conversation's id is a record of it, of this version. */
function isRecord(found: readonly [string, unknown]): found is readonly [string, CacheRecord] {
  const [id, record] = found;
  if (!isObject(record) || record['version'] !== VERSION) return false;
  const { conversation } = record;
  return isObject(conversation) && conversation['id'] === id;
}
