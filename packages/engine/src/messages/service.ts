import { createHash } from 'node:crypto';
import {
  type Message,
  type MessageExtras,
  type MessageSend,
  type MessagesService,
  newId,
  ParleyError,
  type StoredMessage,
  type Viewer,
} from '@parley/contract';
import { notMember } from '../access.ts';
import { closedError } from '../blocks/reach.ts';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import type { ConversationFeeds } from '../feeds/conversation-feeds.ts';
import type { Meter } from '../meter.ts';
import { withOwnReactions } from '../reactions/own.ts';
import type { MarkQueue } from '../receipts/mark-queue.ts';
import type { SearchIndexer } from '../search/indexer.ts';
import { withoutEmpty } from '../mentions/mentioned.ts';
import { deleteMessage, editMessage } from './amend.ts';
import { changes } from './changes/changes.ts';
import { getMessage } from './find.ts';
import type { LatestPages } from './latest-pages.ts';
import { markRead } from './mark-read.ts';
import { markUnread } from './mark-unread.ts';
import { metered } from './metered-batch.ts';
import { listPage } from './page.ts';
import { positionAt } from './position-at.ts';
import { readByOthers } from './queries.ts';
import { messageOf, storedRow } from './rows.ts';
import { sendSpecial } from './send-with-extras.ts';
import type { SendQueue } from './send-queue.ts';
import { watchMessages } from './watch.ts';

export interface MessagesParts {
  readonly db: Database;
  readonly bus: Bus;
  readonly queue: SendQueue;
  readonly marks: MarkQueue;
  readonly feeds: ConversationFeeds;
  readonly indexer: SearchIndexer;
  readonly latest: LatestPages;
  readonly meter: Meter;
}

export function messagesService(parts: MessagesParts): MessagesService {
  const { db, bus, marks, feeds, indexer } = parts;
  return {
    send: async (viewer, input) => sentMessage(parts, viewer, input),
    list: (viewer, input) => listPage(parts, viewer, input),
    positionAt: (viewer, input) => positionAt(db, viewer, input),
    changes: (viewer, input) => changes(db, viewer, input),
    get: (viewer, input) => getMessage(db, viewer, input),
    edit: (viewer, input) => indexed(indexer, editMessage(db, bus, viewer, input)),
    delete: (viewer, input) => indexed(indexer, deleteMessage(db, bus, viewer, input)),
    markRead: (viewer, input) => markRead({ db, bus, marks }, viewer, input),
    markUnread: (viewer, input) => markUnread(db, bus, viewer, input),
    watch: (viewer, input) => watchMessages(db, feeds, viewer, input),
  };
}

async function indexed(indexer: SearchIndexer, changed: Promise<StoredMessage>): Promise<StoredMessage> {
  const message = await changed;
  indexer.changed(message.conversationId);
  return message;
}

async function sentMessage(
  { db, bus, queue, indexer, meter }: MessagesParts,
  viewer: Viewer,
  input: MessageSend,
): Promise<StoredMessage> {
  const { conversationId, content, id = newId(), messageType: _text, ...given } = input;
  const extras = withoutEmpty(given);
  const named = sorted(extras);
  // Most messages have nothing but their text, and go through the queue in batches.
  const special = named.length > 0;
  const hash = payloadHash(special ? JSON.stringify([content, named]) : content);
  const message = { conversationId, id, senderId: viewer.userId, content, payloadHash: hash };
  const sent = special
    ? await queue.sendAlone(message, () => metered(sendSpecial(db, bus, { ...message, extras }), meter))
    : await queue.send(message);
  switch (sent.outcome) {
    case 'stored':
      indexer.changed(conversationId);
      return { ...messageOf(storedRow(message, sent.row)), isRead: false, epoch: sent.row.epoch };
    case 'stored-special':
      indexer.changed(conversationId);
      return { ...messageOf(sent.row), isRead: false, epoch: sent.epoch };
    case 'repeated':
      return ownView(db, viewer, messageOf(sent.row), sent.epoch);
    case 'conflict':
      throw new ParleyError('CONFLICT', 'unable to send the message; its id is taken by another one');
    case 'not-member':
      throw notMember();
    case 'closed':
      throw await closedError(db, conversationId, viewer.userId, 'send the message');
  }
}

/** One's own message, seen by whoever may have left meanwhile. */
async function ownView(
  db: Database,
  viewer: Viewer,
  message: Message,
  epoch: string,
): Promise<StoredMessage> {
  const { conversationId, position } = message;
  const read = await readByOthers(db, conversationId, viewer.userId, [position]);
  const [seen = message] = await withOwnReactions(db, viewer.userId, [message]);
  return { ...seen, isRead: read.includes(position), epoch };
}

/** The extras that are there, by name: the same ones in another order are the same message. */
function sorted(extras: MessageExtras): [string, unknown][] {
  return Object.entries(extras)
    .filter(([, extra]) => extra !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** What tells a repeated send from another message under the same id: a SHA-256 of the payload, cut to 16 bytes. */
function payloadHash(payload: string): Buffer {
  return createHash('sha256').update(payload).digest().subarray(0, 16);
}
