import type { DraftPage, InboxEvent, StoredDraft } from '@parley/contract';
import { retryDelayMs } from '../connection/backoff.ts';
import type { Connection } from '../connection/connection.ts';
import { wait } from '../connection/wait.ts';
import { OpenLists } from '../open-lists.ts';
import type { Persistence } from '../persistence/persistence.ts';
import { type Store, WritableStore } from '../store.ts';
import { isReady } from '../sync/is-ready.ts';
import type { Sync } from '../sync/sync.ts';
import {
  type DraftBook,
  type DraftContent,
  type DraftInput,
  emptyBook,
  sameContent,
  shownDraft,
  stepDrafts,
  typedDraft,
} from './draft-book.ts';
import { DraftListStore } from './draft-list-store.ts';
import { DraftStore } from './draft-store.ts';
import { DraftWriter } from './draft-writer.ts';
import { KeptDrafts } from './kept-drafts.ts';

/** What one has begun to write, one draft in each conversation, the same on all devices: the last one to write wins. */
export class Drafts {
  /** Every conversation that has a draft, by its id; live while somebody is subscribed. */
  readonly all: Store<ReadonlyMap<string, DraftContent>>;
  readonly #connection: Connection;
  readonly #sync: Sync;
  readonly #book = new WritableStore<DraftBook>(emptyBook);
  readonly #stores: OpenLists<DraftStore>;
  readonly #writer: DraftWriter;
  readonly #end: () => void;
  #kept: KeptDrafts | null = null;
  /** Whether somebody has looked at drafts or written one: until then none are fetched. */
  #used = false;
  /** All drafts up to this `inboxSeq` are held, and up to where there are some. */
  #upTo = 0;
  #told = 0;
  #loading = new AbortController();

  constructor(connection: Connection, sync: Sync) {
    this.#connection = connection;
    this.#sync = sync;
    this.#writer = new DraftWriter({
      typed: (conversationId) => typedDraft(this.#book.getSnapshot(), conversationId),
      write: (conversationId, content) => this.#write(conversationId, content),
      onStored: (content, stored) => {
        const { epoch, ...draft } = stored;
        this.#step({ type: 'stored', epoch, draft });
        this.#step({ type: 'settled', conversationId: stored.conversationId, content });
      },
    });
    const opened = () => this.#use();
    this.all = new DraftListStore(this.#book, sync, opened);
    this.#stores = new OpenLists(
      (conversationId) =>
        new DraftStore(conversationId, this.#book, sync, {
          type: (content) => this.#type(conversationId, content),
          flush: () => void this.#writer.flush(conversationId),
          opened,
        }),
      () => {},
    );
    sync.onEvents((events) => {
      for (const event of events) this.#hear(event);
    });
    this.#end = this.#flushWhenItMatters();
  }

  /** The draft of a conversation, live; the same store for the same conversation. */
  open(conversationId: string): DraftStore {
    return this.#stores.open(conversationId);
  }

  /** Takes the draft of a conversation away, if there is one, as sending a message does. */
  clear(conversationId: string): void {
    if (shownDraft(this.#book.getSnapshot(), conversationId).text === '') return;
    this.#type(conversationId, { text: '', replyTo: null });
    void this.#writer.flush(conversationId);
  }

  /** Stores at once what is typed in all conversations, as before the client is closed; resolves when that has been tried. */
  flush(): Promise<void> {
    return this.#writer.flushAll();
  }

  /** Goes on with what the person who is signed in typed before and what was never stored; keeps what is typed from now on. */
  begin(persistence: Persistence): void {
    const kept = new KeptDrafts(persistence);
    this.#kept = kept;
    void kept.load().then((drafts) => {
      if (this.#kept !== kept) return;
      for (const [conversationId, content] of drafts) {
        // What is typed by now is newer.
        if (typedDraft(this.#book.getSnapshot(), conversationId) === null)
          this.#type(conversationId, content);
      }
    });
  }

  /** Forgets everything of the person who was signed in. */
  clearAll(): void {
    this.#kept?.wipe();
    this.#stop();
  }

  close(): void {
    this.#end();
    this.#stop();
  }

  #stop(): void {
    this.#kept = null;
    this.#writer.stop();
    this.#loading.abort();
    [this.#upTo, this.#told] = [0, 0];
    this.#book.set(emptyBook);
    this.#stores.clear();
  }

  #type(conversationId: string, content: DraftContent): void {
    const before = shownDraft(this.#book.getSnapshot(), conversationId);
    if (sameContent(before, content)) return;
    this.#use();
    this.#step({ type: 'typed', conversationId, content });
    this.#writer.schedule(conversationId);
  }

  #write(conversationId: string, { text, replyTo }: DraftContent): Promise<StoredDraft> {
    const answers = replyTo === null ? {} : { replyTo };
    return this.#connection.call(
      (trpc, options) =>
        text.trim() === ''
          ? trpc.drafts.clear.mutate({ conversationId }, options)
          : trpc.drafts.set.mutate({ conversationId, text, ...answers }, options),
      { repeatable: true },
    );
  }

  #hear(event: InboxEvent): void {
    if (event.type === 'lost') this.#step({ type: 'lost', conversationId: event.conversationId });
    if (event.type === 'reset') this.#begin(event.epoch);
    if (event.type === 'draft') {
      this.#step({ type: 'stored', epoch: event.epoch, draft: event.draft });
      const { inboxSeq } = event.draft;
      // While others are being fetched, those in between are not held yet.
      if (this.#upTo >= this.#told) this.#upTo = Math.max(this.#upTo, inboxSeq);
      this.#told = Math.max(this.#told, inboxSeq);
    }
    if (!isReady(event)) return;
    this.#begin(event.epoch);
    this.#told = event.draftsSeq ?? 0;
    const { entries } = this.#sync.getSnapshot();
    for (const conversationId of this.#book.getSnapshot().entries.keys()) {
      if (entries?.has(conversationId) === false) this.#step({ type: 'lost', conversationId });
    }
    this.#load();
  }

  #begin(epoch: string): void {
    if (this.#book.getSnapshot().epoch !== epoch) this.#upTo = 0;
    this.#step({ type: 'epoch', epoch });
  }

  #use(): void {
    if (this.#used) return;
    this.#used = true;
    this.#load();
  }

  /** Fetches the drafts that changed since those held, until that succeeds or the inbox begins anew. */
  #load(): void {
    this.#loading.abort();
    if (!this.#used || this.#upTo >= this.#told) return;
    this.#loading = new AbortController();
    void this.#fetch(this.#told, this.#loading.signal);
  }

  async #fetch(told: number, signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted && this.#sync.live; attempt += 1) {
      try {
        await this.#pages(signal);
        if (!signal.aborted) this.#upTo = Math.max(this.#upTo, told);
        return;
      } catch {
        await wait(retryDelayMs(attempt + 2), signal).catch(() => {});
      }
    }
  }

  async #pages(signal: AbortSignal): Promise<void> {
    for (let after: number | null = this.#upTo; after !== null;) {
      const page: DraftPage = await this.#page(after);
      if (signal.aborted) return;
      for (const draft of page.drafts) this.#step({ type: 'stored', epoch: page.epoch, draft });
      after = page.nextAfter;
    }
  }

  #page(after: number): Promise<DraftPage> {
    // Of those held some may be cleared since.
    const input = after === 0 ? {} : ({ after, cleared: true } as const);
    return this.#connection.call((trpc, options) => trpc.drafts.list.query(input, options), {
      repeatable: true,
    });
  }

  #step(input: DraftInput): void {
    const before = this.#book.getSnapshot();
    const book = stepDrafts(before, input);
    if (this.#kept !== null && 'conversationId' in input) {
      const typed = typedDraft(book, input.conversationId);
      if (typed !== typedDraft(before, input.conversationId)) this.#kept.save(input.conversationId, typed);
    }
    this.#book.set(book);
  }

  /** Stores what is typed when the server can be reached again, and when the page may be gone without another word. */
  #flushWhenItMatters(): () => void {
    const ended = new AbortController();
    const { state } = this.#connection;
    const flush = () => void this.flush();
    const undo = state.subscribe(() => {
      if (state.getSnapshot().status === 'online') flush();
    });
    if (typeof document !== 'undefined')
      document.addEventListener('visibilitychange', flush, { signal: ended.signal });
    return () => {
      undo();
      ended.abort();
    };
  }
}
