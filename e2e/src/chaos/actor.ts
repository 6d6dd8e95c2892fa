import { type Conversation, type Message, newId } from '@parley/contract';
import { ParleyError } from '@parley/sdk';
import type { Device, Person } from './device.ts';
import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';

/** How often somebody does what. */
const weights = {
  send: 60,
  edit: 6,
  delete: 4,
  read: 10,
  open: 6,
  shut: 2,
  older: 4,
  create: 1,
  direct: 1,
  add: 3,
  remove: 2,
  leave: 1,
  rename: 1,
  reload: 1,
} as const;
type Operation = keyof typeof weights;

/** What one device does, one thing after the other, whatever comes of it. */
export class Actor {
  readonly #device: Device;
  readonly #people: readonly Person[];
  readonly #ledger: Ledger;
  readonly #random: Random;
  /** Conversations there may be at most, so that lists stay within a page. */
  readonly #mayCreate: () => boolean;
  #count = 0;

  constructor(parts: {
    device: Device;
    people: readonly Person[];
    ledger: Ledger;
    random: Random;
    mayCreate: () => boolean;
  }) {
    this.#device = parts.device;
    this.#people = parts.people;
    this.#ledger = parts.ledger;
    this.#random = parts.random;
    this.#mayCreate = parts.mayCreate;
  }

  /** Does one thing. Its outcome is not waited for where others could not go on meanwhile. */
  async act(): Promise<void> {
    const operation = this.#random.weighted<Operation>(weights);
    const conversations = this.#device.client.conversations.list.getSnapshot().conversations;
    const conversation = this.#random.pick(conversations);
    this.#ledger.count(operation);
    try {
      await this.#do(operation, conversation);
    } catch (error) {
      this.#ledger.error(error instanceof ParleyError ? error.code : String(error));
    }
  }

  async #do(operation: Operation, conversation: Conversation | undefined): Promise<void> {
    const { client } = this.#device;
    if (operation === 'reload') return this.#device.reload();
    if (operation === 'create' || operation === 'direct') return this.#create(operation);
    if (conversation === undefined) return;
    const { id: conversationId } = conversation;
    const message = this.#random.pick(this.#own(conversationId));
    switch (operation) {
      case 'send':
        this.#count += 1;
        this.#device.send(conversationId, newId(), `${this.#device.name} says ${this.#count}`);
        return;
      case 'open':
        return this.#device.open(conversationId);
      case 'shut':
        return this.#device.shut(conversationId);
      case 'older':
        await this.#random.pick(this.#device.lists)?.loadOlder();
        return;
      case 'read':
        await client.messages.markRead(
          this.#random.chance(0.7) ? { conversationId } : this.#upTo(conversation),
        );
        return;
      case 'edit':
        if (message !== undefined)
          await client.messages.edit({
            messageId: message.id,
            conversationId,
            content: `${message.content}.`,
          });
        return;
      case 'delete':
        if (message !== undefined) await client.messages.delete({ messageId: message.id, conversationId });
        return;
      case 'rename':
        await client.conversations.rename({ conversationId, title: `Room ${this.#random.between(1, 999)}` });
        return;
      case 'leave':
        // Somebody stays, so that the room goes on.
        if (conversation.kind === 'group' && conversation.memberCount > 3)
          await client.conversations.leave({ conversationId });
        return;
      case 'add':
      case 'remove':
        return this.#changeMembers(operation, conversation);
    }
  }

  #own(conversationId: string): Message[] {
    const { person, lists } = this.#device;
    const list = lists.find((each) => each.conversationId === conversationId);
    const messages = list?.getSnapshot().messages ?? [];
    return messages.filter(
      (each) => each.senderId === person.userId && !each.isDeleted && each.messageType === 'text',
    );
  }

  #upTo({ id: conversationId, read }: Conversation) {
    return { conversationId, position: this.#random.between(read.readPosition, read.lastPosition) };
  }

  async #create(operation: 'create' | 'direct'): Promise<void> {
    if (!this.#mayCreate()) return;
    const others = this.#people.filter(({ userId }) => userId !== this.#device.person.userId);
    const first = this.#random.pick(others)?.userId ?? '';
    const { conversations } = this.#device.client;
    if (operation === 'direct') {
      await conversations.create({ participantIds: [first] });
      return;
    }
    const second = this.#random.pick(others)?.userId ?? first;
    const history = this.#random.chance(0.5) ? 'full' : 'from-joining';
    await conversations.create({
      participantIds: [...new Set([first, second])],
      title: 'A new room',
      history,
    });
  }

  async #changeMembers(operation: 'add' | 'remove', conversation: Conversation): Promise<void> {
    if (conversation.kind !== 'group' || conversation.role === 'member') return;
    const { conversations } = this.#device.client;
    const userId = this.#random.pick(this.#people)?.userId ?? '';
    if (userId === this.#device.person.userId) return;
    const { id: conversationId } = conversation;
    if (operation === 'add') await conversations.addMembers({ conversationId, userIds: [userId] });
    else if (conversation.memberCount > 3) await conversations.removeMember({ conversationId, userId });
  }
}
