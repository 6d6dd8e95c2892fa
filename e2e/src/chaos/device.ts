import type { MessageSend } from '@parley/contract';
import {
  createClient,
  type MemberList,
  type MessageList,
  memoryPersistence,
  type ParleyClient,
  ParleyError,
  type Persistence,
  type TypingStore,
} from '@parley/sdk';
import { memoryStorage } from '../memory-storage.ts';
import { ForbiddenWebSocket } from '../no-websocket.ts';
import type { Ledger, Sent } from './ledger.ts';
import { Observer } from './observer.ts';
import { SummaryObserver } from './summary-observer.ts';

/** Somebody with an account. */
export interface Person {
  readonly userId: string;
  readonly username: string;
  readonly password: string;
}

/** A conversation somebody looks at, with what is told of it only then. */
interface Looking {
  readonly conversationId: string;
  readonly typing: TypingStore;
  readonly receipts: ReturnType<ParleyClient['receipts']['open']>;
  readonly leave: () => void;
}

/** One client of one person, which can be closed and made anew, as when a page is loaded again. */
export class Device {
  readonly name: string;
  readonly person: Person;
  readonly #url: string;
  readonly #ledger: Ledger;
  readonly #overHttp: boolean;
  readonly #storage = memoryStorage();
  readonly #persistence: Persistence = memoryPersistence();
  readonly #numbers = new Map<string, number>();
  readonly #open = new Map<string, { list: MessageList; members: MemberList; leave: () => void }>();
  #looking: Looking | undefined;
  #client: ParleyClient;
  #stopFollowing: () => void = () => {};

  /** @param overHttp whether no WebSocket gets through from here */
  constructor(name: string, person: Person, url: string, ledger: Ledger, overHttp = false) {
    this.#overHttp = overHttp;
    this.name = name;
    this.person = person;
    this.#url = url;
    this.#ledger = ledger;
    this.#client = this.#make();
  }

  get client(): ParleyClient {
    return this.#client;
  }

  /** Signs in; what is stored then is what later clients of the device begin with. */
  async signIn(): Promise<void> {
    await this.#client.auth.login({ email: this.person.username, password: this.person.password });
    this.#follow();
  }

  get online(): boolean {
    return this.#client.connection.getSnapshot().status === 'online';
  }

  /** The message lists somebody looks at here. */
  get lists(): readonly MessageList[] {
    return [...this.#open.values()].map(({ list }) => list);
  }

  /** Who is in the conversations somebody looks at here. */
  get memberLists(): readonly MemberList[] {
    return [...this.#open.values()].map(({ members }) => members);
  }

  /** Whether what is told of somebody only to those who may hear of them may be missing here. */
  mayNotHearOf(userId: string): boolean {
    return this.#ledger.wereReconciled(this.person.userId, userId);
  }

  /** The conversation that was opened last. */
  get looking(): Looking | undefined {
    return this.#looking;
  }

  open(conversationId: string): void {
    this.#look(conversationId);
    if (this.#open.has(conversationId)) return;
    const list = this.#client.messages.open(conversationId);
    const observer = new Observer((violation) =>
      this.#ledger.violation(`${this.name} in ${conversationId}: ${violation}`),
    );
    const observe = () => {
      const snapshot = list.getSnapshot();
      this.#ledger.deliveries += Math.max(0, observer.observe(snapshot));
      if (snapshot.status === 'gone' && this.#looking?.conversationId === conversationId) this.#lookAway();
    };
    observe();
    const members = this.#client.members.open(conversationId);
    const undo = [list.subscribe(observe), members.subscribe(() => {})];
    this.#open.set(conversationId, { list, members, leave: () => undo.forEach((leave) => leave()) });
  }

  shut(conversationId: string): void {
    this.#open.get(conversationId)?.leave();
    this.#open.delete(conversationId);
  }

  /** Sends without waiting; the ledger learns what becomes of it. */
  send(message: MessageSend & { readonly id: string }): void {
    const { conversationId, id } = message;
    const number = (this.#numbers.get(conversationId) ?? 0) + 1;
    this.#numbers.set(conversationId, number);
    const { userId } = this.person;
    const written = { id, conversationId, userId, device: this.name, number };
    const sent: Sent = { ...written, position: null, refused: null };
    this.#ledger.sent.set(id, sent);
    this.#client.messages.send(message).then(
      (stored) => {
        sent.position = stored.position;
        this.#ledger.told(stored);
        this.#ledger.acked += 1;
      },
      (error: unknown) => {
        const code = error instanceof ParleyError ? error.code : String(error);
        // The page was closed: whoever comes after it sends what is kept.
        if (code !== 'UNAVAILABLE') sent.refused = code;
      },
    );
  }

  /** Learns what became of messages whose sender was closed meanwhile: what was refused is shown as failed. */
  settle(): void {
    for (const sent of this.#ledger.sent.values()) {
      if (sent.device !== this.name || sent.position !== null || sent.refused !== null) continue;
      const list = this.#client.messages.open(sent.conversationId);
      const shown = list.getSnapshot().outgoing.find(({ id }) => id === sent.id);
      if (shown?.status === 'failed') sent.refused = shown.error?.code ?? '';
    }
  }

  /** As when a page is loaded again: a new client with the same session and what was kept. */
  reload(): void {
    const opened = [...this.#open.keys()];
    this.close();
    this.#ledger.restarts += 1;
    this.#client = this.#make();
    this.#follow();
    for (const conversationId of opened) this.open(conversationId);
  }

  close(): void {
    for (const conversationId of [...this.#open.keys()]) this.shut(conversationId);
    this.#lookAway();
    this.#stopFollowing();
    this.#client.close();
  }

  #make(): ParleyClient {
    const client = createClient({
      url: this.#url,
      storage: this.#storage,
      persistence: this.#persistence,
      ...(this.#overHttp ? { WebSocket: ForbiddenWebSocket } : {}),
    });
    let was = client.connection.getSnapshot().status;
    client.connection.subscribe(() => {
      const { status } = client.connection.getSnapshot();
      if (status === 'online' && was === 'offline') this.#ledger.reconnects += 1;
      was = status;
    });
    return client;
  }

  #lookAway(): void {
    this.#looking?.leave();
    this.#looking = undefined;
  }

  #look(conversationId: string): void {
    this.#lookAway();
    const typing = this.#client.typing.open(conversationId);
    const receipts = this.#client.receipts.open(conversationId);
    const undo = [
      typing.subscribe(() => {
        if (typing.getSnapshot().userIds.includes(this.person.userId))
          this.#ledger.violation(`${this.name} in ${conversationId}: is told of their own typing`);
      }),
      receipts.subscribe(() => {}),
    ];
    this.#looking = { conversationId, typing, receipts, leave: () => undo.forEach((leave) => leave()) };
  }

  #follow(): void {
    const { list } = this.#client.conversations;
    const observer = new SummaryObserver((violation) => this.#ledger.violation(`${this.name}: ${violation}`));
    const stopList = list.subscribe(() => observer.observe(list.getSnapshot()));
    const { blocks, drafts, saved, threads, unread } = this.#client;
    const others = [blocks.list, drafts.all, saved.list, threads.followed, unread];
    const stopOthers = others.map((store) => store.subscribe(() => {}));
    this.#stopFollowing = () => {
      stopList();
      stopOthers.forEach((stop) => stop());
    };
  }
}
