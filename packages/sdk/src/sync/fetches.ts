import {
  type ConversationPage,
  type MemberPage,
  type MessagePage,
  type ThreadPage,
  type ThreadRef,
  Turns,
} from '@parley/contract';
import type { Connection } from '../connection/connection.ts';
import type { PagePlace } from '../messages/timeline.ts';
import type { SyncEffect, SyncInput } from './state.ts';

/** Calls that bring conversations up to date, at a time: after a reconnect there may be many. */
const atOnce = 4;
const listRows = 50;
const pageRows = 50;
const memberRows = 100;

/** The calls the sync makes. Each throws ParleyError. */
export class Fetches {
  readonly #connection: Connection;
  readonly #turns = new Turns(atOnce);

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Makes the call an effect asks for, and gives the input that answers it. */
  answer(effect: Extract<SyncEffect, { type: 'fetch-conversation' | 'fetch-changes' }>): Promise<SyncInput> {
    return this.#turns.take(async () => {
      const { conversationId, call } = effect;
      if (effect.type === 'fetch-conversation') {
        const conversation = await this.#connection.call(
          (trpc, options) => trpc.conversations.get.query({ conversationId }, options),
          { repeatable: true },
        );
        return { type: 'conversation', conversation, call };
      }
      const { epoch, joinedSeq, since } = effect;
      const answer = await this.#connection.call(
        (trpc, options) => trpc.messages.changes.query({ conversationId, epoch, joinedSeq, since }, options),
        { repeatable: true },
      );
      return { type: 'changes', conversationId, call, answer };
    });
  }

  page(conversationId: string, place: PagePlace): Promise<MessagePage> {
    const at = place.type === 'latest' ? {} : { [place.type]: place.position };
    const input = { conversationId, limit: pageRows, ...at };
    return this.#connection.call((trpc, options) => trpc.messages.list.query(input, options), {
      repeatable: true,
    });
  }

  thread({ conversationId, rootId }: ThreadRef, place: PagePlace): Promise<ThreadPage> {
    const at = place.type === 'before' ? { before: place.position } : {};
    const input = { conversationId, rootId, limit: pageRows, ...at };
    return this.#connection.call((trpc, options) => trpc.threads.list.query(input, options), {
      repeatable: true,
    });
  }

  members(conversationId: string, after: string): Promise<MemberPage> {
    const input = { conversationId, limit: memberRows, ...(after === '' ? {} : { after }) };
    return this.#connection.call((trpc, options) => trpc.conversations.members.query(input, options), {
      repeatable: true,
    });
  }

  /** @param views whether the server knows of views: everything is wanted, also what is archived or hidden */
  list(cursor: string | undefined, views: boolean): Promise<ConversationPage> {
    const view = views ? ({ view: 'all' } as const) : {};
    const input = { ...view, limit: listRows, ...(cursor === undefined ? {} : { cursor }) };
    return this.#connection.call((trpc, options) => trpc.conversations.list.query(input, options), {
      repeatable: true,
    });
  }
}
