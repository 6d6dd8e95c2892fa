import { type Head, ParleyError } from '@parley/contract';
import type { ConversationFeeds } from '../feeds/conversation-feeds.ts';
import { HeldConversation, type HeldListener } from './held-conversation.ts';
import type { Inbox } from './queries.ts';

/** How often membership is read again because it changed while it was being attached. */
const admitAttempts = 8;

/** The conversations one person holds, each attached to its feed. */
export class Holdings {
  readonly #userId: string;
  readonly #conversations: ConversationFeeds;
  readonly #listener: HeldListener;
  readonly #held = new Map<string, HeldConversation>();

  constructor(userId: string, conversations: ConversationFeeds, listener: HeldListener) {
    this.#userId = userId;
    this.#conversations = conversations;
    this.#listener = listener;
  }

  get(conversationId: string): HeldConversation | undefined {
    return this.#held.get(conversationId);
  }

  /** Where every conversation stands that the person is admitted to. */
  heads(): Head[] {
    return [...this.#held.values()].flatMap((held) => held.head() ?? []);
  }

  /**
   * Attaches to conversations and reads one's membership of them until both agree; those one is not in after all are
   * left out. Returns the ones held.
   * @param read gives one's memberships of conversations, of one snapshot; throws when there is nothing to be held any
   * more, because whoever closed or began anew has dropped it
   */
  async hold(
    conversationIds: readonly string[],
    read: (conversationIds: readonly string[]) => Promise<Inbox>,
  ): Promise<HeldConversation[]> {
    if (conversationIds.length === 0) return [];
    const pending = new Map<string, HeldConversation>();
    for (const feed of await this.#conversations.open(conversationIds)) {
      const { conversationId } = feed;
      pending.set(conversationId, new HeldConversation(this.#userId, feed, this.#listener));
    }
    const admitted: HeldConversation[] = [];
    try {
      for (let attempt = 0; pending.size > 0; attempt += 1) {
        if (attempt === admitAttempts) {
          throw new ParleyError('UNAVAILABLE', 'unable to open the inbox; its conversations change too fast');
        }
        admitted.push(...this.#admit(pending, await read([...pending.keys()])));
        await Promise.all([...pending.values()].map((held) => held.feed.refresh()));
      }
    } catch (error) {
      for (const held of pending.values()) this.drop(held);
      // Those admitted may have been dropped already, with all that was held.
      for (const held of admitted) if (this.#held.get(held.feed.conversationId) === held) this.drop(held);
      throw error;
    }
    return admitted;
  }

  drop(held: HeldConversation): void {
    const { conversationId } = held.feed;
    held.detach();
    if (this.#held.get(conversationId) === held) this.#held.delete(conversationId);
    this.#conversations.release(conversationId);
  }

  dropAll(): void {
    for (const held of [...this.#held.values()]) this.drop(held);
  }

  /** Moves from `pending` what could be settled with this read. */
  #admit(pending: Map<string, HeldConversation>, { epoch, memberships }: Inbox): HeldConversation[] {
    const rows = new Map(memberships.map((row) => [row.conversation_id, row]));
    const admitted: HeldConversation[] = [];
    for (const [id, held] of pending) {
      const row = rows.get(id);
      if (row === undefined || row.left_at !== null) {
        pending.delete(id);
        this.drop(held);
      } else if (held.admit(row, epoch)) {
        pending.delete(id);
        this.#held.set(id, held);
        admitted.push(held);
      }
    }
    return admitted;
  }
}
