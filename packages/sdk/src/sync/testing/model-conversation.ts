import type {
  Change,
  Changes,
  Conversation,
  ConversationSettings,
  Frame,
  Head,
  InboxEvent,
  Member,
  Message,
  MemberPage,
  MessagePage,
  ReadState,
  ThreadPage,
  UnreadMentions,
  User,
} from '@parley/contract';
import { areDefault, defaultSettings, isMentioned, unreadOf } from '@parley/contract';
import type { PagePlace } from '../../messages/timeline.ts';

export const viewerId = '00000000-0000-4000-8000-0000000000aa';
const otherId = '00000000-0000-4000-8000-0000000000bb';
const createdAt = '2026-01-01T00:00:00.000Z';

export const model = { id: '00000000-0000-4000-8000-000000000001', epoch: 'a' };

/** The id of the first message, on which the one thread hangs. */
export const rootId = '00000000-0000-4000-8000-000000000001';

type Setting = 'archive' | 'pin' | 'hide' | 'mute' | 'mark unread' | 'as at first';
type What =
  | 'theirs'
  | 'mine'
  | 'mention'
  | 'to all'
  | 'mine to all'
  | 'reply'
  | 'own reply'
  | 'edit'
  | 'edit early'
  | 'unmention'
  | 'delete'
  | 'rename'
  | 'join'
  | 'leave'
  | 'promote'
  | 'read'
  | Setting;

const isSetting = (what: What): what is Setting =>
  ['archive', 'pin', 'hide', 'mute', 'mark unread', 'as at first'].includes(what);

/** For tests: a conversation as a server keeps it, by the simplest means, recomputing everything from its rows. */
export class ModelConversation {
  readonly #messages: Message[] = [];
  readonly #members = new Map<string, Member>();
  #seq = 1;
  #title = 'Room';
  #changedSeq = 1;
  #readPosition = 0;
  #settings: ConversationSettings = { ...defaultSettings, inboxSeq: 0 };
  history: Conversation['history'] = 'full';

  constructor() {
    this.#member(viewerId, {});
  }

  /** Makes a change and gives the event that tells of it. */
  change(what: What): InboxEvent {
    const before = this.#seq;
    if (what === 'read') return this.#markRead();
    if (what === 'reply' || what === 'own reply') return this.#reply(what === 'reply' ? otherId : viewerId);
    if (isSetting(what)) return this.#set(what);
    this.#seq += 1;
    return { type: 'frame', frame: this.#frame(before, [this.#row(what)]) };
  }

  /** One frame of all that changed since, as after a repair. */
  frameSince(from: number): Frame {
    return this.#frame(from, this.#changedSince(from));
  }

  /** What `messages.changes` answers. */
  changes(since: number, limit: number): Changes {
    const all = this.#changedSince(since);
    const rows = all.slice(0, limit);
    const more = all.length > limit;
    const { epoch, lastSeq, memberCount, role, joinedSeq, joinedPosition, read } = this.get();
    const upTo = more ? (rows.at(-1)?.seq ?? lastSeq) : lastSeq;
    return {
      ...{ type: 'page', epoch, rows, upTo, more, lastSeq },
      ...{ memberCount, role, joinedSeq, joinedPosition, read },
    };
  }

  /** What `messages.list` answers. */
  page(limit: number, place: PagePlace): MessagePage {
    const all = this.#messages.length;
    const at = place.type === 'latest' ? all : place.position;
    const half = Math.floor(limit / 2);
    const ends = { latest: all, before: at - 1, after: at + limit, around: at + half };
    const end = Math.max(0, Math.min(all, ends[place.type]));
    const begin = Math.min(end, Math.max(place.type === 'after' ? at : 0, end - limit));
    return {
      messages: this.#messages.slice(begin, end).map((message) => ({ ...message, isRead: false })),
      hasBefore: begin > 0,
      hasAfter: end < all,
      epoch: model.epoch,
      asOf: this.#seq,
    };
  }

  /** What `conversations.members` answers. */
  memberPage(limit: number, after: string): MemberPage {
    const rows = this.members.filter(({ userId }) => userId > after);
    const page = rows.slice(0, limit).map((member) => ({ ...member, user: userOf(member.userId) }));
    const nextAfter = rows.length > limit ? (page.at(-1)?.userId ?? null) : null;
    return { members: page, nextAfter, epoch: model.epoch, asOf: this.#seq };
  }

  /** Those who are in it now, by user id. */
  get members(): readonly Member[] {
    const present = [...this.#members.values()].filter((member) => member.leftAt === null);
    return present.sort((a, b) => (a.userId < b.userId ? -1 : 1));
  }

  /** All there is of the timeline. */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  #changedSince(from: number): Change[] {
    const rows: Change[] = [
      ...this.#messages.map((message) => ({ type: 'message' as const, seq: message.seq, message })),
      ...[...this.#members.values()].map((member) => ({ type: 'member' as const, seq: member.seq, member })),
      { type: 'conversation' as const, seq: this.#changedSeq, conversation: this.#info() },
    ];
    return rows.filter((row) => row.seq > from).sort((a, b) => a.seq - b.seq);
  }

  get(): Conversation {
    const read = this.#read();
    return {
      ...this.#info(),
      epoch: model.epoch,
      lastSeq: this.#seq,
      memberCount: [...this.#members.values()].filter((member) => member.leftAt === null).length,
      peer: null,
      lastMessage: this.#messages.findLast(({ thread }) => thread === undefined) ?? null,
      role: 'member',
      joinedSeq: 1,
      joinedPosition: 0,
      read,
      unread: unreadOf(read, this.#settings.unreadFrom),
      ...this.#mentions(),
      ...(!areDefault(this.#settings) && { settings: this.#settings }),
    };
  }

  /** The person's `inboxSeq`, which settings alone move here. */
  get inboxSeq(): number {
    return this.#settings.inboxSeq;
  }

  /** What `threads.list` answers of the thread that hangs on the first message; null while there is none. */
  threadPage(limit: number, place: PagePlace): ThreadPage | null {
    const [root] = this.#messages;
    if (root === undefined) return null;
    const before = place.type === 'before' ? place.position : Infinity;
    const rows = this.replies.filter(({ position }) => position < before);
    const read = { lastOrdinal: this.replies.length, sent: 0, readOrdinal: 0, readSent: 0 };
    return {
      root: { ...root, isRead: false },
      messages: rows.slice(-limit).map((message) => ({ ...message, isRead: false })),
      hasBefore: rows.length > limit,
      hasAfter: place.type === 'before',
      state: {
        ...{ conversationId: model.id, rootId: root.id, rootPosition: 1, following: false, inboxSeq: 0 },
        ...{ read, unread: 0 },
      },
      epoch: model.epoch,
      asOf: this.#seq,
    };
  }

  /** All replies of the one thread. */
  get replies(): readonly Message[] {
    return this.#messages.filter(({ thread }) => thread !== undefined);
  }

  /** A reply, and what it hangs on, each under a seq of its own. */
  #reply(senderId: string): InboxEvent {
    const [root] = this.#messages;
    if (root === undefined) return this.change('theirs');
    const before = this.#seq;
    const own = this.replies.filter((message) => message.senderId === senderId).length + 1;
    const ordinal = this.replies.length + 1;
    this.#seq += 1;
    const message = this.#write(senderId, {
      thread: { rootId: root.id, rootPosition: 1, ordinal, ownOrdinal: own },
    });
    this.#seq += 1;
    const { position: lastPosition } = message;
    const replies = { count: ordinal, lastAt: createdAt, lastPosition, userIds: [senderId] };
    const changed = { ...root, seq: this.#seq, replies };
    this.#messages[0] = changed;
    const rows = [message, changed].map((row) => ({ type: 'message' as const, seq: row.seq, message: row }));
    return { type: 'frame', frame: this.#frame(before, rows) };
  }

  head(): Head {
    const { lastSeq, role, joinedSeq, joinedPosition, read, settings } = this.get();
    const own = settings === undefined ? {} : { settings };
    const where = { conversationId: model.id, lastSeq, role, joinedSeq, joinedPosition, read };
    return { ...where, ...own, ...this.#mentions() };
  }

  #mentions(): { mentions?: UnreadMentions } {
    const latest = this.#messages
      .filter((message) => message.position > this.#readPosition && isMentioned(message, viewerId))
      .map(({ position, senderId }) => ({ position, senderId }));
    return latest.length === 0 ? {} : { mentions: { latest, more: false } };
  }

  #row(what: Exclude<What, 'read' | 'reply' | 'own reply' | Setting>): Change {
    const seq = this.#seq;
    if (what === 'theirs') return { type: 'message', seq, message: this.#write(otherId) };
    if (what === 'mention')
      return { type: 'message', seq, message: this.#write(otherId, { mentions: [otherId, viewerId] }) };
    if (what === 'to all')
      return { type: 'message', seq, message: this.#write(otherId, { mentionsAll: true }) };
    if (what === 'mine to all')
      return { type: 'message', seq, message: this.#write(viewerId, { mentionsAll: true }) };
    if (what === 'mine') return { type: 'message', seq, message: this.#write(viewerId) };
    if (what === 'join') return { type: 'member', seq, member: this.#member(otherId, { joinedSeq: seq }) };
    if (what === 'leave' && this.#isIn(otherId)) {
      return { type: 'member', seq, member: this.#member(otherId, { leftAt: createdAt }) };
    }
    if (what === 'promote' && this.#isIn(otherId)) {
      return { type: 'member', seq, member: this.#member(otherId, { role: 'admin' }) };
    }
    const at = what === 'edit' ? this.#messages.length - 1 : seq % this.#messages.length;
    const edited = this.#messages[at];
    if (isOfMessage(what) && edited !== undefined) {
      const message = amended(edited, what, seq);
      this.#messages[at] = message;
      return { type: 'message', seq, message };
    }
    this.#title = `Room ${seq}`;
    this.#changedSeq = seq;
    return { type: 'conversation', seq, conversation: this.#info() };
  }

  #isIn(userId: string): boolean {
    return this.#members.get(userId)?.leftAt === null;
  }

  #write(senderId: string, extras: Pick<Message, 'mentions' | 'mentionsAll' | 'thread'> = {}): Message {
    const { thread } = extras;
    const position = this.#messages.length + 1;
    const ordinal = this.#ordinalAt(this.#messages.length) + (thread === undefined ? 1 : 0);
    const message: Message = {
      ...{ conversationId: model.id, position, ordinal, seq: this.#seq, senderId, createdAt },
      id: `00000000-0000-4000-8000-${String(position).padStart(12, '0')}`,
      ...{
        messageType: 'text',
        content: 'hello',
        notice: null,
        editedAt: null,
        deletedAt: null,
        isEdited: false,
        isDeleted: false,
      },
      ...extras,
    };
    this.#messages.push(message);
    return message;
  }

  #member(userId: string, change: Partial<Member>): Member {
    const joining = change.joinedSeq !== undefined && this.#isIn(userId) ? {} : change;
    const member: Member = {
      ...{ conversationId: model.id, userId, role: 'member', joinedSeq: 1, joinedPosition: 0, leftAt: null },
      ...(joining === change && change.joinedSeq !== undefined ? {} : this.#members.get(userId)),
      ...joining,
      seq: this.#seq,
    };
    this.#members.set(userId, member);
    return member;
  }

  #markRead(): InboxEvent {
    this.#readPosition = this.#messages.length;
    return { type: 'read', epoch: model.epoch, conversationId: model.id, read: this.#read() };
  }

  #ordinalAt(position: number): number {
    return this.#messages.slice(0, position).filter(({ thread }) => thread === undefined).length;
  }

  #set(what: Setting): InboxEvent {
    const inboxSeq = this.#settings.inboxSeq + 1;
    const { lastOrdinal, lastPosition, sent } = this.#read();
    const changes = {
      archive: { archived: true, pinnedAt: null },
      pin: { archived: false, hiddenOrdinal: null, pinnedAt: createdAt },
      hide: { hiddenOrdinal: lastOrdinal, pinnedAt: null },
      mute: { mutedUntil: createdAt },
      'mark unread': { unreadFrom: { position: lastPosition + 1, ordinal: lastOrdinal, sent } },
      'as at first': defaultSettings,
    } as const;
    this.#settings = { ...this.#settings, ...changes[what], inboxSeq };
    return { type: 'settings', epoch: model.epoch, conversationId: model.id, settings: this.#settings };
  }

  #read(): ReadState {
    const sentUpTo = (position: number) =>
      this.#messages
        .slice(0, position)
        .filter(({ senderId, thread }) => senderId === viewerId && thread === undefined).length;
    const last = this.#messages.length;
    return {
      ...{ lastPosition: last, lastOrdinal: this.#ordinalAt(last), sent: sentUpTo(last) },
      ...{ readPosition: this.#readPosition, readOrdinal: this.#ordinalAt(this.#readPosition) },
      readSent: sentUpTo(this.#readPosition),
    };
  }

  #info() {
    return {
      ...{ id: model.id, kind: 'group' as const, title: this.#title, avatar: null, history: this.history },
      ...{ createdBy: otherId, createdAt, updatedAt: createdAt, changedSeq: this.#changedSeq },
    };
  }

  #frame(from: number, rows: readonly Change[]): Frame {
    return { conversationId: model.id, epoch: model.epoch, from, to: this.#seq, rows };
  }
}

type OfMessage = 'edit' | 'edit early' | 'unmention' | 'delete';

function isOfMessage(what: What): what is OfMessage {
  return what === 'edit' || what === 'edit early' || what === 'unmention' || what === 'delete';
}

/** An edit that leaves alone whom a message mentions, or mentions the viewer where it did not and nobody where it did. */
function amended(before: Message, what: OfMessage, seq: number): Message {
  const { mentions, mentionsAll, ...message } = before;
  if (what === 'delete') return { ...message, seq, content: '', deletedAt: createdAt, isDeleted: true };
  const edited = { seq, content: `edited at ${seq}`, editedAt: createdAt, isEdited: true };
  if (what !== 'unmention') return { ...before, ...edited };
  const some = mentions !== undefined || mentionsAll !== undefined;
  return { ...message, ...edited, ...(!some && { mentions: [viewerId] }) };
}

function userOf(id: string): User {
  return { id, username: id, displayName: null, avatar: null, isOnline: false, lastSeen: null };
}
