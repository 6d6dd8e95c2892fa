import type { Conversation, InboxEvent, Message } from '@parley/contract';
import { isLoaded, type ListedMember, shownMembers } from '../../members/roster.ts';
import { shownRows } from '../../messages/timeline.ts';
import { shownReplies } from '../../threads/thread.ts';
import { shownStretch } from '../stretches.ts';
import { emptySync, type Entry, type SyncEffect, type SyncInput, type SyncState } from '../state.ts';
import { stepSync } from '../step.ts';
import { model, type ModelConversation, rootId, viewerId } from './model-conversation.ts';

/** Rows of one page of changes. */
const changeRows = 3;
const pageRows = 4;
const memberRows = 1;

/** For tests: the sync beside a model of one conversation, with every call in the test's hands. */
export class TestClient {
  state: SyncState = emptySync(viewerId);
  /** Calls asked for and not yet answered by the server. */
  asked: SyncEffect[] = [];
  /** Answers on their way. */
  answers: SyncInput[] = [];
  readonly #server: ModelConversation;

  constructor(server: ModelConversation) {
    this.#server = server;
  }

  get entry(): Entry | undefined {
    return this.state.entries?.get(model.id);
  }

  /** The summary, as shown. */
  get conversation(): Conversation | null | undefined {
    return this.entry?.conversation;
  }

  /** The messages, as shown. */
  get messages(): readonly Message[] {
    const stretch = this.entry === undefined ? null : shownStretch(this.entry);
    return stretch === null ? [] : shownRows(stretch);
  }

  /** The thread, as shown. */
  get thread(): { readonly root: Message | null; readonly replies: readonly Message[] } | undefined {
    const thread = this.entry?.threads.get(rootId);
    return thread && { root: thread.root, replies: shownReplies(thread) };
  }

  /** The members, as shown. */
  get members(): readonly ListedMember[] {
    const roster = this.entry?.roster ?? null;
    return roster === null || !isLoaded(roster) ? [] : shownMembers(roster);
  }

  step(input: SyncInput): void {
    const [state, effects] = stepSync(this.state, input);
    this.state = state;
    this.asked.push(...effects);
  }

  /** As when the app is opened again, with what the cache kept. */
  reload(restored: SyncInput): void {
    this.state = emptySync(viewerId);
    this.asked = [];
    this.answers = [];
    this.step(restored);
  }

  inbox(...events: InboxEvent[]): void {
    this.step({ type: 'inbox', events });
  }

  /** Connects: subscribed, and told where the conversation stands. */
  connect(): void {
    this.step({ type: 'subscribed' });
    this.inbox(this.ready());
  }

  /** What the server would begin with now. */
  ready(): Extract<InboxEvent, { type: 'ready' }> {
    const { inboxSeq } = this.#server;
    return { type: 'ready', epoch: model.epoch, heads: [this.#server.head()], more: false, inboxSeq };
  }

  /** The server answers the first call asked, from where it stands now. */
  serve(): void {
    const effect = this.asked.shift();
    if (effect !== undefined) this.answers.push(...this.#answer(effect));
  }

  /** One of the answers on their way arrives. */
  receive(index = 0): void {
    const [answer] = this.answers.splice(index, 1);
    if (answer !== undefined) this.step(answer);
  }

  /** Answers everything until nothing is asked any more. @throws Error when that does not end */
  settle(): void {
    for (let turn = 0; this.asked.length > 0 || this.answers.length > 0; turn += 1) {
      if (turn === 1_000) throw new Error('the client goes on asking');
      this.serve();
      while (this.answers.length > 0) this.receive();
    }
  }

  #answer(effect: SyncEffect): SyncInput[] {
    const server = this.#server;
    switch (effect.type) {
      case 'fetch-list':
        return [{ type: 'listed', generation: effect.generation, conversations: [server.get()] }];
      case 'fetch-conversation':
        return [{ type: 'conversation', conversation: server.get(), call: effect.call }];
      case 'fetch-changes': {
        const { conversationId, call, since } = effect;
        return [{ type: 'changes', conversationId, call, answer: server.changes(since, changeRows) }];
      }
      case 'fetch-page': {
        const { conversationId, call, place } = effect;
        return [{ type: 'page', conversationId, call, page: server.page(pageRows, place) }];
      }
      case 'fetch-members': {
        const { conversationId, call, after } = effect;
        return [{ type: 'members', conversationId, call, page: server.memberPage(memberRows, after) }];
      }
      case 'fetch-thread': {
        const { conversationId, call, place } = effect;
        const page = server.threadPage(pageRows, place);
        if (page === null) return [{ type: 'thread-failed', conversationId, rootId, call, final: true }];
        return [{ type: 'thread-page', conversationId, rootId, call, page }];
      }
      case 'pause':
        return [{ type: 'retry', conversationId: effect.conversationId }];
      case 'resubscribe':
        this.connect();
        return [];
    }
  }
}
