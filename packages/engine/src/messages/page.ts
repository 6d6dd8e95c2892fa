import type { MessageList, MessagePage, Viewer } from '@parley/contract';
import { notMember } from '../access.ts';
import type { Database } from '../db/database.ts';
import { type Page, type PageRange, type PageRow, readPage } from './queries.ts';
import { withOwnReactions } from '../reactions/own.ts';
import { messageOf } from './rows.ts';

/**
 * A page of the timeline by position, of one snapshot with the membership: whoever is removed meanwhile sees nothing of
 * what came after.
 * @throws NOT_MEMBER
 */
export async function listPage(db: Database, viewer: Viewer, input: MessageList): Promise<MessagePage> {
  const page = await readPage(db, input.conversationId, viewer.userId, rangeOf(input));
  if (page === undefined) throw notMember();
  const { rows, hasBefore, hasAfter } = cut(page, input);
  const seen = rows.map((row) => ({ ...messageOf(row), isRead: row.is_read }));
  const messages = await withOwnReactions(db, viewer.userId, seen);
  return { messages, hasBefore, hasAfter, epoch: page.epoch, asOf: page.asOf };
}

/** One row more than asked for tells whether there are any beyond. */
function rangeOf({ before, after, around, limit }: MessageList): PageRange {
  if (after !== undefined) return { below: after + 1, backward: 1, above: after, forward: limit + 1 };
  if (around !== undefined) {
    const half = Math.floor(limit / 2);
    return { below: around, backward: half + 1, above: around - 1, forward: limit - half + 1 };
  }
  if (before !== undefined) return { below: before, backward: limit + 1, above: before - 1, forward: 1 };
  return { below: Number.MAX_SAFE_INTEGER, backward: limit + 1, above: 0, forward: 0 };
}

interface Cut {
  readonly rows: readonly PageRow[];
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

/** What was asked for, without the rows that only tell whether there is more. */
function cut({ backward, forward }: Page, { after, around, limit }: MessageList): Cut {
  if (after !== undefined) {
    const hasAfter = forward.length > limit;
    return { rows: forward.slice(0, limit), hasBefore: backward.length > 0, hasAfter };
  }
  if (around !== undefined) {
    const half = Math.floor(limit / 2);
    const [hasBefore, hasAfter] = [backward.length > half, forward.length > limit - half];
    const earlier = hasBefore ? backward.slice(1) : backward;
    return { rows: [...earlier, ...forward.slice(0, limit - half)], hasBefore, hasAfter };
  }
  return { rows: backward.slice(-limit), hasBefore: backward.length > limit, hasAfter: forward.length > 0 };
}
