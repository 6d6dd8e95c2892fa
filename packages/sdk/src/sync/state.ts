import type {
  Changes,
  Conversation,
  ConversationSettings,
  Frame,
  Head,
  InboxEvent,
  Message,
  MemberPage,
  MessagePage,
  ReadState,
  UnreadMentions,
  ThreadPage,
} from '@parley/contract';
import type { Roster } from '../members/roster.ts';
import type { PagePlace, Timeline } from '../messages/timeline.ts';
import type { Threads } from '../threads/thread.ts';
import type { OwnReactions } from '../reactions/known.ts';

/** One conversation of the viewer's, as far as it is held. */
export interface Entry {
  /** Null while it has not been fetched. */
  readonly conversation: Conversation | null;
  /** What the viewer has read, also of what has not been fetched. */
  readonly read: ReadState;
  /** What of it is unread and mentions the viewer; not there when nothing does. */
  readonly mentions?: UnreadMentions;
  /** The newest settings heard of; null while they are as at first. */
  readonly settings: ConversationSettings | null;
  readonly joinedSeq: number;
  /** What stands up to here was there when the viewer joined. */
  readonly joinedPosition: number;
  /** Null unless somebody has looked at its messages. */
  readonly timeline: Timeline | null;
  /** Another stretch of its messages that somebody jumped to, until it has grown together with the end. */
  readonly jump: Jump | null;
  /** What the viewer reacts with, as far as rows do not say it to everybody. */
  readonly own: OwnReactions;
  /** Null unless somebody has looked at its members. */
  readonly roster: Roster | null;
  /** Those of its threads that somebody has looked at. */
  readonly threads: Threads;
  /** Everything up to this seq is in what is held. The summary may know more: its `lastSeq` says what. */
  readonly cursor: number;
  /** The highest seq heard of. */
  readonly target: number;
  /** Frames that do not follow the cursor, or came while a call was pending. */
  readonly frames: readonly Frame[];
  /** Names the call pending; null when there is none. Its answer counts only under the same name. */
  readonly call: number | null;
  /** The summary has to be fetched, or is not all true any more. */
  readonly wanted: boolean;
  /** No call is made: for a while after one failed, or, refused, until the server says that one is a member. */
  readonly held: 'paused' | 'refused' | null;
}

/** A stretch of messages around a position. */
export interface Jump {
  readonly position: number;
  readonly stretch: Timeline;
}

/** Everything the signed-in person holds. */
export interface SyncState {
  readonly viewerId: string;
  readonly epoch: string | null;
  /** As of which `inboxSeq` the latest `ready` was; null before there is one, and with a server that does not tell. */
  readonly inboxSeq: number | null;
  /** By conversation id; null until the first `ready` is complete. */
  readonly entries: ReadonlyMap<string, Entry> | null;
  /** What is held is from the cache: no `ready` has been complete yet, and nothing is asked for. */
  readonly cached: boolean;
  /** The heads of a `ready` that is not complete yet. */
  readonly arriving: readonly Head[];
  /** Conversations whose messages somebody looks at, the one opened last at the end. */
  readonly open: ReadonlySet<string>;
  /** Conversations whose members somebody looks at. */
  readonly openMembers: ReadonlySet<string>;
  /** Threads that somebody looks at, by conversation. */
  readonly openThreads: ReadonlyMap<string, ReadonlySet<string>>;
  /** A page of the conversation list is under way: it brings most summaries that are wanted. */
  readonly listing: boolean;
  /** How many times a `ready` was complete or everything was reset: what was asked before is not listened to. */
  readonly generation: number;
  /** The name of the latest call. */
  readonly calls: number;
}

export type SyncInput =
  /** What was held before the app was closed, all of one epoch. It counts only while nothing was heard. */
  | { readonly type: 'restored'; readonly epoch: string; readonly entries: ReadonlyMap<string, Entry> }
  /** The subscription has begun (again): a `ready` that was cut off will not go on. */
  | { readonly type: 'subscribed' }
  | { readonly type: 'inbox'; readonly events: readonly InboxEvent[] }
  /** A page of the conversation list was asked for, came, or failed. */
  | { readonly type: 'listing' }
  | { readonly type: 'listed'; readonly generation: number; readonly conversations: readonly Conversation[] }
  | { readonly type: 'list-failed'; readonly generation: number }
  /** A summary: the answer to a call, or, without one, to something the viewer did. */
  | { readonly type: 'conversation'; readonly conversation: Conversation; readonly call: number | null }
  /** A conversation the viewer has just made or found, which may not be announced yet. */
  | { readonly type: 'made'; readonly conversation: Conversation }
  | {
      readonly type: 'changes';
      readonly conversationId: string;
      readonly call: number;
      readonly answer: Changes;
    }
  /** `final`: the viewer is not a member. It ends that call only; what is held goes when the inbox says so. */
  | {
      readonly type: 'call-failed';
      readonly conversationId: string;
      readonly call: number;
      readonly final: boolean;
    }
  /** The pause after a failure is over. */
  | { readonly type: 'retry'; readonly conversationId: string }
  /** Somebody looks at a conversation's messages, or nobody does any more and they are not to be kept. */
  | { readonly type: 'open'; readonly conversationId: string }
  | { readonly type: 'close'; readonly conversationId: string }
  /** Somebody looks at a conversation's summary, which may not have been fetched. */
  | { readonly type: 'look'; readonly conversationId: string }
  /** The same of a conversation's members. */
  | { readonly type: 'open-members'; readonly conversationId: string }
  | { readonly type: 'close-members'; readonly conversationId: string }
  /** Asks for the next page of members. */
  | { readonly type: 'more-members'; readonly conversationId: string }
  | {
      readonly type: 'members';
      readonly conversationId: string;
      readonly call: number;
      readonly page: MemberPage;
    }
  | {
      readonly type: 'members-failed';
      readonly conversationId: string;
      readonly call: number;
      readonly final: boolean;
    }
  /** The same of one of its threads, by what that hangs on. */
  | { readonly type: 'open-thread'; readonly conversationId: string; readonly rootId: string }
  | { readonly type: 'close-thread'; readonly conversationId: string; readonly rootId: string }
  /** Asks for the page before the first reply of a thread. */
  | { readonly type: 'older-replies'; readonly conversationId: string; readonly rootId: string }
  | {
      readonly type: 'thread-page';
      readonly conversationId: string;
      readonly rootId: string;
      readonly call: number;
      readonly page: ThreadPage;
    }
  | {
      readonly type: 'thread-failed';
      readonly conversationId: string;
      readonly rootId: string;
      readonly call: number;
      readonly final: boolean;
    }
  /** Asks for the page before the first row of what is shown, or after its last one. */
  | { readonly type: 'older' | 'newer'; readonly conversationId: string }
  /** Asks for the messages around a position, unless they are held. */
  | { readonly type: 'jump'; readonly conversationId: string; readonly position: number }
  /** Goes back to the end. */
  | { readonly type: 'to-end'; readonly conversationId: string }
  /** Lets go of all but so many of the last messages. */
  | { readonly type: 'trim'; readonly conversationId: string; readonly count: number }
  /** Lets go of all but so many messages on each side of a position. */
  | {
      readonly type: 'keep';
      readonly conversationId: string;
      readonly position: number;
      readonly count: number;
    }
  | {
      readonly type: 'page';
      readonly conversationId: string;
      readonly call: number;
      readonly page: MessagePage;
    }
  | {
      readonly type: 'page-failed';
      readonly conversationId: string;
      readonly call: number;
      readonly final: boolean;
    }
  /** Rows that came as answers to what the viewer did. */
  | { readonly type: 'rows'; readonly epoch: string; readonly messages: readonly Message[] }
  | {
      readonly type: 'read';
      readonly epoch: string;
      readonly conversationId: string;
      readonly read: ReadState;
    }
  | {
      readonly type: 'settings';
      readonly epoch: string;
      readonly conversationId: string;
      readonly settings: ConversationSettings;
    }
  /** The server said that continuity cannot be proved. */
  | { readonly type: 'reset' }
  /** Nobody follows any more: what is under way is not waited for. What is held stays. */
  | { readonly type: 'stopped' };

export type SyncEffect =
  /** The first page of the conversation list: `listed` or `list-failed` is expected, under this generation. */
  | { readonly type: 'fetch-list'; readonly generation: number }
  | { readonly type: 'fetch-conversation'; readonly conversationId: string; readonly call: number }
  | {
      readonly type: 'fetch-changes';
      readonly conversationId: string;
      readonly call: number;
      readonly epoch: string;
      readonly joinedSeq: number;
      readonly since: number;
    }
  /** A page of messages. */
  | {
      readonly type: 'fetch-page';
      readonly conversationId: string;
      readonly call: number;
      readonly place: PagePlace;
    }
  /** A page of members: the first, or the one behind a user id. */
  | {
      readonly type: 'fetch-members';
      readonly conversationId: string;
      readonly call: number;
      readonly after: string;
    }
  /** A page of a thread: the latest, or one before a position. */
  | {
      readonly type: 'fetch-thread';
      readonly conversationId: string;
      readonly rootId: string;
      readonly call: number;
      readonly place: PagePlace;
    }
  /** Something failed that may pass: `retry` is expected after a while. */
  | { readonly type: 'pause'; readonly conversationId: string }
  /** The server is in another epoch than the inbox: subscribe anew. */
  | { readonly type: 'resubscribe' };

export type SyncStep = readonly [SyncState, readonly SyncEffect[]];

/** What a client holds before it has heard anything. */
export function emptySync(viewerId: string): SyncState {
  return {
    viewerId,
    epoch: null,
    inboxSeq: null,
    entries: null,
    cached: false,
    arriving: [],
    open: new Set(),
    openMembers: new Set(),
    openThreads: new Map(),
    listing: false,
    generation: 0,
    calls: 0,
  };
}
