import type { Message, MessageList, MessagePage, Viewer } from '@parley/contract';
import { notMember } from '../access.ts';
import type { Database } from '../db/database.ts';
import { withOwnReactions } from '../reactions/own.ts';
import type { LatestPage, LatestPages } from './latest-pages.ts';
import { type PageHead, type PageRange, type PageRow, readPage } from './queries.ts';
import { messageOf } from './rows.ts';

/**
 * A page of the timeline by position, of one snapshot with the membership: whoever is removed meanwhile sees nothing of
 * what came after.
 * @throws NOT_MEMBER
 */
export async function listPage(
  { db, latest }: { readonly db: Database; readonly latest: LatestPages },
  viewer: Viewer,
  input: MessageList,
): Promise<MessagePage> {
  const { conversationId, limit } = input;
  const isLatest = [input.before, input.after, input.around].every((place) => place === undefined);
  const kept = isLatest ? latest.get(conversationId, limit) : undefined;
  const page = await readShown(db, viewer, input, kept);
  if (isLatest && !page.kept) {
    const { epoch, asOf, hidden, backward } = page;
    latest.set(conversationId, limit, {
      epoch,
      asOf,
      hidden,
      messages: backward.map(({ shared }) => shared),
    });
  }
  const { shown, hasBefore, hasAfter } = cut(page, input);
  const seen = shown.map(({ shared, isRead }) => ({ ...shared, isRead }));
  const messages = await withOwnReactions(db, viewer.userId, seen);
  return { messages, hasBefore, hasAfter, epoch: page.epoch, asOf: page.asOf };
}

/** What everybody gets of a message, and whether it is read, as the viewer sees that. */
interface Shown {
  readonly shared: Message;
  readonly isRead: boolean;
}

interface ShownPage extends PageHead {
  /** Whether it is the one that was kept. */
  readonly kept: boolean;
  readonly backward: readonly Shown[];
  readonly forward: readonly Shown[];
}

/** Reads a page: of the database no more than it takes, where what is kept of it is as it was. */
async function readShown(
  db: Database,
  viewer: Viewer,
  input: MessageList,
  kept?: LatestPage,
): Promise<ShownPage> {
  const { userId } = viewer;
  const { conversationId, limit } = input;
  const own = (kept?.messages ?? []).flatMap(({ senderId, position }) =>
    senderId === userId ? position : [],
  );
  const known = kept === undefined ? null : { ...kept, own };
  const page = await readPage(db, conversationId, userId, rangeOf(input), known);
  if (page === undefined) throw notMember();
  if (kept === undefined || page.asOf !== kept.asOf || page.epoch !== kept.epoch) {
    const [backward, forward] = [page.backward.map(shownOf), page.forward.map(shownOf)];
    return { ...page, kept: false, backward, forward };
  }
  // Whoever sees farther back than the one it was read for may see more of a page that was not full.
  if (page.hidden < kept.hidden && kept.messages.length <= limit) return readShown(db, viewer, input);
  const ownRead = new Map(page.backward.map((row) => [row.position, row.is_read]));
  const visible = kept.messages.filter(({ position }) => position > page.hidden);
  const backward = visible.map((shared) => {
    const { position, senderId } = shared;
    return {
      shared,
      isRead: senderId === userId ? ownRead.get(position) === true : position <= page.readUpTo,
    };
  });
  return { ...page, kept: true, backward, forward: [] };
}

function shownOf(row: PageRow): Shown {
  return { shared: messageOf(row), isRead: row.is_read };
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
  readonly shown: readonly Shown[];
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

/** What was asked for, without the rows that only tell whether there is more. */
function cut({ backward, forward }: ShownPage, { after, around, limit }: MessageList): Cut {
  if (after !== undefined) {
    const hasAfter = forward.length > limit;
    return { shown: forward.slice(0, limit), hasBefore: backward.length > 0, hasAfter };
  }
  if (around !== undefined) {
    const half = Math.floor(limit / 2);
    const [hasBefore, hasAfter] = [backward.length > half, forward.length > limit - half];
    const earlier = hasBefore ? backward.slice(1) : backward;
    return { shown: [...earlier, ...forward.slice(0, limit - half)], hasBefore, hasAfter };
  }
  return { shown: backward.slice(-limit), hasBefore: backward.length > limit, hasAfter: forward.length > 0 };
}
