import { Auth } from './auth/auth.ts';
import { hostCredentials } from './auth/host-credentials.ts';
import { SessionKeeper } from './auth/session.ts';
import type { SessionStorage } from './auth/session-record.ts';
import { Blocks } from './blocks/blocks.ts';
import { keepCache } from './cache/cache.ts';
import { Composers } from './composer/composers.ts';
import { addressesOf } from './connection/addresses.ts';
import type { Call } from './connection/calls.ts';
import { Connection } from './connection/connection.ts';
import { Http } from './connection/http.ts';
import type { ConnectionState } from './connection/state.ts';
import { Conversations } from './conversations/conversations.ts';
import { Drafts } from './drafts/drafts.ts';
import { Groups } from './groups/groups.ts';
import { Invitations } from './invitations/invitations.ts';
import { Members } from './members/members.ts';
import { Mentions } from './mentions/mentions.ts';
import { Messages } from './messages/messages.ts';
import { indexedDbPersistence } from './persistence/indexed-db.ts';
import { memoryPersistence, type Persistence, within } from './persistence/persistence.ts';
import { Receipts } from './receipts/receipts.ts';
import { Pins } from './pins/pins.ts';
import { Reactions } from './reactions/reactions.ts';
import { Saved } from './saved/saved.ts';
import { Search } from './search/search.ts';
import { PresenceOfOthers } from './presence/presence.ts';
import { Settings } from './settings/settings.ts';
import type { Store } from './store.ts';
import { Sync } from './sync/sync.ts';
import { Threads } from './threads/threads.ts';
import { Typing } from './typing/typing.ts';
import { UnreadStore } from './unread/unread-store.ts';
import { Users } from './users/users.ts';

const REFRESH_WITHIN_MS = 15_000;

export interface ClientOptions {
  /** The server's http(s) address, without `/trpc`. */
  readonly url: string;
  /**
   * For apps with users of their own: gives an access token of the issuer that the server trusts, for whoever is signed in
   * there. Called when one is needed or has expired, once at a time; it has 15 seconds. It throws an `UNAUTHENTICATED`
   * ParleyError when nobody is signed in; anything else it throws is tried again. Nothing is stored then.
   */
  readonly token?: () => Promise<string>;
  /** Where the session outlives the page, `localStorage` for one; in memory when left out. */
  readonly storage?: SessionStorage;
  /**
   * Keeps messages not sent yet, drafts not stored yet and, where the session outlives the page too, recent conversations, so that a reopened app
   * shows them before it is online; IndexedDB where there is one, in memory otherwise.
   */
  readonly persistence?: Persistence;
  /** For runtimes that have none; without one, everything goes over HTTP. */
  readonly WebSocket?: typeof WebSocket;
}

/** How the client stands with the server. */
export interface ConnectionStore extends Store<ConnectionState> {
  /**
   * Whether everything shares one WebSocket. Otherwise each live store takes a connection of its own, of which browsers have
   * few: what is nice to have is better not watched then.
   */
  readonly overWebSocket: () => boolean;
  /** Tries to reconnect at once instead of waiting. */
  readonly retryNow: () => void;
}

/** A client of one Parley server, for one person at a time. Everything it throws is a `ParleyError`. */
export class ParleyClient implements Disposable {
  readonly auth: Auth;
  readonly users: Users;
  readonly blocks: Blocks;
  readonly conversations: Conversations;
  readonly settings: Settings;
  readonly drafts: Drafts;
  readonly composers: Composers;
  /** What is unread in all conversations that are neither muted, archived nor hidden; live while somebody is subscribed. */
  readonly unread: UnreadStore;
  readonly members: Members;
  readonly groups: Groups;
  readonly invitations: Invitations;
  readonly mentions: Mentions;
  readonly messages: Messages;
  readonly threads: Threads;
  readonly reactions: Reactions;
  readonly pins: Pins;
  readonly saved: Saved;
  readonly search: Search;
  readonly presence: PresenceOfOthers;
  readonly receipts: Receipts;
  readonly typing: Typing;
  readonly connection: ConnectionStore;
  readonly #session: SessionKeeper;
  readonly #connection: Connection;
  readonly #http: Http;
  readonly #sync: Sync;
  readonly #persistence: Persistence;
  readonly #name: string;
  readonly #stopSession: () => void;
  #endCache: ((wipe: boolean) => void) | undefined;

  /** @throws TypeError when the url is none */
  constructor({
    url,
    token,
    storage,
    persistence = typeof indexedDB === 'undefined' ? memoryPersistence() : indexedDbPersistence(),
    WebSocket = globalThis.WebSocket,
  }: ClientOptions) {
    const addresses = addressesOf(url);
    this.#persistence = persistence;
    this.#name = addresses.http;
    this.#http = new Http(addresses.http);
    const ask = <T>(call: Call<T>, as: string | null) => this.#http.call(call, as, REFRESH_WITHIN_MS);
    this.#session = new SessionKeeper({
      storage: token === undefined ? storage : undefined,
      hosted: token !== undefined,
      name: addresses.http,
      refresh:
        token === undefined
          ? (refreshToken) =>
              ask((trpc, options) => trpc.auth.refresh.mutate({ refreshToken }, options), null)
          : hostCredentials(token, (accessToken) =>
              ask((trpc, options) => trpc.auth.me.query(undefined, options), accessToken),
            ),
    });
    this.#connection = new Connection({
      http: this.#http,
      addresses,
      WebSocket,
      session: this.#session,
    });
    const { state, overWebSocket, retryNow } = this.#connection;
    const { subscribe, getSnapshot } = state;
    this.connection = { subscribe, getSnapshot, overWebSocket, retryNow };
    this.auth = new Auth(this.#connection, this.#session, addresses.at('auth/export'), (userId) =>
      this.#forget(userId),
    );
    this.users = new Users(this.#connection);
    this.search = new Search(this.#connection);
    this.#sync = new Sync(this.#connection, this.#session.state);
    this.blocks = new Blocks(this.#connection, this.#sync, this.#session.state);
    this.unread = new UnreadStore(this.#sync);
    this.conversations = new Conversations(this.#connection, this.#sync, this.unread, this.blocks.list);
    this.settings = new Settings(this.#connection, this.#sync);
    this.drafts = new Drafts(this.#connection, this.#sync);
    this.members = new Members(this.#sync);
    this.groups = new Groups(this.#connection, this.#sync);
    this.invitations = new Invitations(this.#connection, this.#sync);
    this.mentions = new Mentions(this.#connection, this.#sync, this.blocks.list);
    this.messages = new Messages(this.#connection, this.#sync, (conversationId) => {
      this.drafts.clear(conversationId);
    });
    this.threads = new Threads(this.#connection, this.#sync, this.messages.outbox);
    this.reactions = new Reactions(this.#connection, this.#sync);
    this.pins = new Pins(this.#connection, this.#sync);
    this.saved = new Saved(this.#connection, this.#sync, this.#session.state);
    this.presence = new PresenceOfOthers(this.#connection, this.#sync);
    this.receipts = new Receipts(this.#connection, this.#sync, this.#session.state);
    this.typing = new Typing(this.#connection);
    this.composers = new Composers(this.messages, this.drafts, this.typing);
    this.#stopSession = this.#onUserChange(() => {
      this.#endCache?.(true);
      this.#endCache = undefined;
      this.blocks.clear();
      this.saved.clear();
      this.conversations.clear();
      this.drafts.clearAll();
      this.composers.clear();
      this.members.clear();
      this.messages.clear();
      this.threads.clear();
      this.presence.clear();
      this.receipts.clear();
      this.typing.clear();
      this.#sync.reset();
      this.threads.restart();
      this.#begin();
    });
    this.#begin();
  }

  /** Closes the connection and every store, and ends every wait. The session stays where it is stored. */
  close(): void {
    this.#stopSession();
    this.#endCache?.(false);
    this.drafts.close();
    this.messages.close();
    this.threads.close();
    this.blocks.close();
    this.saved.close();
    this.presence.close();
    this.receipts.close();
    this.typing.close();
    this.#sync.close();
    this.unread.close();
    this.#connection.close();
    this.#session.close();
    this.#http.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Goes on with what the person who is signed in left here. */
  #begin(): void {
    const userId = this.#session.state.getSnapshot()?.user.id;
    if (userId === undefined) return;
    const prefix = this.#prefixOf(userId);
    const place = (of: string) => within(this.#persistence, `${prefix}${of}/`);
    this.messages.begin({ persistence: place('outbox'), name: `parley.outbox:${prefix}` });
    this.drafts.begin(place('drafts'));
    this.#endCache = keepCache({
      sync: this.#sync,
      persistence: place('cache'),
      maySave: () => this.#session.storedUserId === userId,
    });
  }

  /** Wipes what is kept of somebody who signed out. */
  async #forget(userId: string): Promise<void> {
    await within(this.#persistence, this.#prefixOf(userId))
      .deleteAll('')
      .catch(() => {});
  }

  #prefixOf(userId: string): string {
    return `${this.#name}/${userId}/`;
  }

  #onUserChange(listener: () => void): () => void {
    const { state } = this.#session;
    let userId = state.getSnapshot()?.user.id;
    return state.subscribe(() => {
      const now = state.getSnapshot()?.user.id;
      if (now === userId) return;
      userId = now;
      listener();
    });
  }
}

/** Makes a client; it connects when it is first needed. */
export function createClient(options: ClientOptions): ParleyClient {
  return new ParleyClient(options);
}
