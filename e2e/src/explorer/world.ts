import type { Frame, InboxEvent, ReadState } from '@parley/contract';
import type { ChangeEvent, FeedSnapshot, FeedState } from '../../../packages/engine/src/feeds/feed.ts';
import type { CacheRecord } from '../../../packages/sdk/src/cache/record.ts';
import type { SyncEffect, SyncInput, SyncState } from '../../../packages/sdk/src/sync/state.ts';
import type { Db, Published } from './database.ts';

/** Everything at one moment. Nothing in it is ever changed: an action makes another one. */
export interface World {
  readonly db: Db;
  /** A backup that can be restored. */
  readonly saved: Db | null;
  /** Every message as it was in each epoch, by what it says. */
  readonly written: ReadonlySet<string>;
  readonly servers: readonly Server[];
  readonly client: Client;
  /** What the client last kept in its cache. */
  readonly kept: readonly (readonly [string, CacheRecord])[];
  readonly budget: Budget;
  /** What is wrong already, whatever happens next. */
  readonly wrong: string | null;
}

/** How often what costs may still happen. */
export interface Budget {
  readonly send: number;
  readonly sendOwn: number;
  readonly edit: number;
  readonly rename: number;
  readonly read: number;
  readonly remove: number;
  readonly add: number;
  readonly restore: number;
  readonly lose: number;
  readonly double: number;
  readonly disconnect: number;
  readonly crash: number;
  readonly check: number;
  readonly fail: number;
  readonly older: number;
  readonly save: number;
  readonly reload: number;
  readonly guest: number;
}

/** What one server process knows: nothing of it outlives a crash. */
export interface Server {
  /** Published and neither delivered nor lost; in any order. */
  readonly bus: readonly Published[];
  readonly feed: FeedState | null;
  /** Listens to the conversation; what comes before the feed has started waits. */
  readonly early: readonly ChangeEvent[] | null;
  /** A gap read under way: what it found, once the database has answered. */
  readonly gap: { readonly above: number; readonly found: FeedSnapshot | null } | null;
  /** A gap that has to be read again later. */
  readonly retry: boolean;
  readonly inbox: ServerInbox | null;
}

/** The reader's inbox on a server. */
export interface ServerInbox {
  readonly stage: 'listening' | 'live';
  readonly epoch: string;
  readonly inboxSeq: number;
  /** The stream has begun before: what comes is a reset. */
  readonly anew: boolean;
  /** There is something to read. */
  readonly heard: boolean;
  /** The membership has to be read again. */
  readonly stale: boolean;
  /** Being attached to the conversation. */
  readonly hold: Hold | null;
  readonly held: Held | null;
}

/** Where the attaching is: the feed's head has to be read, the membership, or what was read is to be admitted. */
export interface Hold {
  readonly step: 'heads' | 'membership' | 'admit';
  readonly tells: 'ready' | 'gained';
  /** The database as it was when the membership was read. */
  readonly read: Db | null;
}

/** The reader's subscription to the feed. */
export interface Held {
  readonly admitted: {
    readonly joinedSeq: number;
    readonly joinedPosition: number;
    readonly hidden: number;
  } | null;
  readonly read: ReadState | null;
  /** Frames that came before it was admitted. */
  readonly pending: readonly Frame[];
}

/** The reader's client, and what is on its way to and from it. */
export interface Client {
  readonly sync: SyncState;
  readonly server: number | null;
  readonly stream: readonly InboxEvent[];
  readonly asked: readonly SyncEffect[];
  readonly answers: readonly SyncInput[];
}
