import type {
  Conversation,
  ConversationCreate,
  ConversationRef,
  ConversationRename,
  ConversationUpdate,
  MemberList,
  MemberPage,
  MemberRemove,
  MembersAdd,
  RoleSet,
  UnreadTotal,
} from '@parley/contract';
import type { BlockList } from '../blocks/block-list.ts';
import type { Connection } from '../connection/connection.ts';
import { OpenLists } from '../open-lists.ts';
import type { Paged } from '../paged.ts';
import type { Sync } from '../sync/sync.ts';
import type { UnreadStore } from '../unread/unread-store.ts';
import { ConversationList } from './conversation-list.ts';
import { ConversationStore } from './conversation-store.ts';

/** A list of conversations shows each of them. */
const KEPT = 1_000;

/** A page of members: the first 100 unless told. */
export type MemberListPage = Paged<MemberList>;

/**
 * Conversations. Every call throws UNAUTHENTICATED and UNAVAILABLE, and NOT_MEMBER when there is no such conversation
 * or one is not in it.
 */
export class Conversations {
  /** One's conversations, live, with unread numbers. */
  readonly list: ConversationList;
  readonly #connection: Connection;
  readonly #sync: Sync;
  readonly #stores: OpenLists<ConversationStore>;

  constructor(connection: Connection, sync: Sync, unread: UnreadStore, blocks: BlockList) {
    this.#connection = connection;
    this.#sync = sync;
    this.list = new ConversationList(sync, unread);
    this.#stores = new OpenLists(
      (conversationId) => new ConversationStore(sync, blocks, conversationId),
      () => {},
      KEPT,
    );
  }

  /** One conversation, live; the same store for the same conversation. Fetched when the list has not come as far. */
  open(conversationId: string): ConversationStore {
    return this.#stores.open(conversationId);
  }

  /**
   * Makes a group, or makes or finds the direct conversation of two people.
   * @throws NOT_FOUND when a participant does not exist; FORBIDDEN when one cannot be reached; INVALID_INPUT
   */
  async create(input: ConversationCreate): Promise<Conversation> {
    // Making a direct conversation twice is making it once; a group would be there twice.
    const repeatable = input.participantIds.length === 1 && input.title === undefined;
    const answer = await this.#connection.call(
      (trpc, options) => trpc.conversations.create.mutate(input, options),
      { repeatable },
    );
    // What was asked for, and not what the conversation is: no later answer would tell.
    const { created: _, ...conversation } = answer;
    this.#sync.step({ type: 'made', conversation });
    return conversation;
  }

  /** One conversation; from then on it is in the list too. */
  async get(input: ConversationRef): Promise<Conversation> {
    const conversation = await this.#connection.call(
      (trpc, options) => trpc.conversations.get.query(input, options),
      { repeatable: true },
    );
    this.#sync.step({ type: 'conversation', conversation, call: null });
    return conversation;
  }

  /** What is unread in all conversations, as the server counts it; `client.unread` is the same, live. */
  unread(): Promise<UnreadTotal> {
    return this.#connection.call((trpc, options) => trpc.conversations.unread.query(undefined, options), {
      repeatable: true,
    });
  }

  /** A page of those who are in a conversation, by user id. */
  members(input: MemberListPage): Promise<MemberPage> {
    return this.#connection.call((trpc, options) => trpc.conversations.members.query(input, options), {
      repeatable: true,
    });
  }

  /** @throws FORBIDDEN in a direct conversation, and to those who are neither owner nor admin; INVALID_INPUT */
  async rename(input: ConversationRename): Promise<Conversation> {
    const conversation = await this.#connection.call(
      (trpc, options) => trpc.conversations.rename.mutate(input, options),
      { repeatable: true },
    );
    this.#sync.step({ type: 'conversation', conversation, call: null });
    return conversation;
  }

  /**
   * Changes a group's title, picture, description, or whether anybody may find and join it; what is left out stays, and null
   * takes away.
   * @throws FORBIDDEN as for rename, and to all but the owner for `isPublic`; INVALID_INPUT
   */
  async update(input: ConversationUpdate): Promise<Conversation> {
    const conversation = await this.#connection.call(
      (trpc, options) => trpc.conversations.update.mutate(input, options),
      { repeatable: true },
    );
    this.#sync.step({ type: 'conversation', conversation, call: null });
    return conversation;
  }

  /**
   * Adds people; those who are in already stay as they are.
   * @throws NOT_FOUND when one of them does not exist; FORBIDDEN as for rename; CONFLICT when there is no room for them
   */
  async addMembers(input: MembersAdd): Promise<Conversation> {
    const conversation = await this.#connection.call(
      (trpc, options) => trpc.conversations.addMembers.mutate(input, options),
      { repeatable: true },
    );
    this.#sync.step({ type: 'conversation', conversation, call: null });
    return conversation;
  }

  /** @throws NOT_FOUND when that person is not a member; FORBIDDEN as for rename, and for an admin removing the owner */
  async removeMember(input: MemberRemove): Promise<Conversation> {
    const conversation = await this.#connection.call((trpc, options) =>
      trpc.conversations.removeMember.mutate(input, options),
    );
    this.#sync.step({ type: 'conversation', conversation, call: null });
    return conversation;
  }

  /**
   * Gives a member another role; `owner` passes ownership on. `maySetRole` of the contract says whether one may.
   * @throws NOT_FOUND when that person is not a member; FORBIDDEN
   */
  async setRole(input: RoleSet): Promise<Conversation> {
    const conversation = await this.#connection.call((trpc, options) =>
      trpc.conversations.setRole.mutate(input, options),
    );
    this.#sync.step({ type: 'conversation', conversation, call: null });
    return conversation;
  }

  /** @throws FORBIDDEN in a direct conversation */
  async leave(input: ConversationRef): Promise<void> {
    await this.#connection.call((trpc, options) => trpc.conversations.leave.mutate(input, options));
  }

  /** Forgets everything of the person who was signed in. */
  clear(): void {
    this.#stores.clear();
  }
}
