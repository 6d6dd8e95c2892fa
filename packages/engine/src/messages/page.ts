import type { MessageList, MessagePage, Viewer } from '@parley/contract';
import { accessTo, hiddenUpTo } from '../access.ts';
import type { Database } from '../db/database.ts';
import { inSnapshot } from '../feeds/queries.ts';
import { listMessages, type MessageRow } from './queries.ts';
import { messageOf } from './rows.ts';
import { messageViews } from './views.ts';

interface Rows {
  readonly rows: readonly MessageRow[];
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

/**
 * A page of the timeline by position, of one snapshot with the membership: whoever is removed meanwhile sees nothing of
 * what came after.
 * @throws NOT_MEMBER
 */
export function listPage(db: Database, viewer: Viewer, input: MessageList): Promise<MessagePage> {
  return inSnapshot(db, (snapshot) => readPage(snapshot, viewer, input));
}

async function readPage(db: Database, viewer: Viewer, input: MessageList): Promise<MessagePage> {
  const { conversationId, limit } = input;
  const { conversation, member, epoch } = await accessTo(db, conversationId, viewer.userId);
  const hidden = hiddenUpTo(conversation, member);
  const read = {
    backward: (below: number | null, count: number) =>
      listMessages(db, conversationId, { above: hidden, below, from: 'end', limit: count }),
    forward: (above: number, count: number) =>
      listMessages(db, conversationId, {
        above: Math.max(above, hidden),
        below: null,
        from: 'start',
        limit: count,
      }),
  };
  const { rows, hasBefore, hasAfter } = await select(read, input, limit);
  const messages = await messageViews(db, viewer, member, rows.map(messageOf));
  return { messages, hasBefore, hasAfter, epoch, asOf: conversation.last_seq };
}

interface Reader {
  backward(below: number | null, count: number): Promise<MessageRow[]>;
  forward(above: number, count: number): Promise<MessageRow[]>;
}

/** One row more than asked for tells whether there are any beyond. */
async function select(read: Reader, input: MessageList, limit: number): Promise<Rows> {
  const { before, after, around } = input;
  if (after !== undefined) {
    const rows = await read.forward(after, limit + 1);
    const earlier = await read.backward(after + 1, 1);
    return { rows: rows.slice(0, limit), hasBefore: earlier.length > 0, hasAfter: rows.length > limit };
  }
  if (around !== undefined) {
    const half = Math.floor(limit / 2);
    const [earlier, later] = [
      await read.backward(around, half + 1),
      await read.forward(around - 1, limit - half + 1),
    ];
    return {
      rows: [...earlier.slice(-half || earlier.length), ...later.slice(0, limit - half)],
      hasBefore: earlier.length > half,
      hasAfter: later.length > limit - half,
    };
  }
  const rows = await read.backward(before ?? null, limit + 1);
  const later = before === undefined ? [] : await read.forward(before - 1, 1);
  return { rows: rows.slice(-limit), hasBefore: rows.length > limit, hasAfter: later.length > 0 };
}
