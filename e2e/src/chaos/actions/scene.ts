import type { Conversation } from '@parley/contract';
import type { MessageListSnapshot, ParleyClient } from '@parley/sdk';
import type { Device, Person } from '../device.ts';
import type { Ledger } from '../ledger.ts';
import type { Random } from '../random.ts';

type ShownMessage = MessageListSnapshot['messages'][number];

interface SceneParts {
  readonly device: Device;
  readonly people: readonly Person[];
  readonly ledger: Ledger;
  readonly random: Random;
  /** Whether there may be one more conversation: lists are to stay within a page. */
  readonly mayCreate: () => boolean;
}

/** What somebody at a device can do something to. */
export class Scene {
  readonly device: Device;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly mayCreate: () => boolean;
  readonly #people: readonly Person[];

  constructor({ device, people, ledger, random, mayCreate }: SceneParts) {
    this.device = device;
    this.ledger = ledger;
    this.random = random;
    this.mayCreate = mayCreate;
    this.#people = people;
  }

  get client(): ParleyClient {
    return this.device.client;
  }

  get userId(): string {
    return this.device.person.userId;
  }

  /** One of the conversations shown that is as wished. */
  conversation(wish: (conversation: Conversation) => boolean = () => true): Conversation | undefined {
    return this.random.pick(this.#shown().filter(wish));
  }

  /** A group that one leads. */
  ledGroup(): Conversation | undefined {
    return this.conversation(isLed);
  }

  /** Whether a conversation is a group that one leads. */
  leads(conversationId: string): boolean {
    return this.#shown().some((conversation) => conversation.id === conversationId && isLed(conversation));
  }

  /** Whether one may pin messages of a conversation. */
  mayPin(conversationId: string): boolean {
    const direct = this.#shown().some(({ id, kind }) => id === conversationId && kind === 'direct');
    return direct || this.leads(conversationId);
  }

  /** A message of what is open that is there, as wished. */
  message(wish: (message: ShownMessage) => boolean): ShownMessage | undefined {
    const shown = this.device.lists.flatMap((list) => list.getSnapshot().messages);
    return this.random.pick(
      shown.filter((message) => message.messageType === 'text' && !message.isDeleted && wish(message)),
    );
  }

  /** Somebody else. */
  other(): string {
    return (
      this.random.pick(this.#people.map(({ userId }) => userId).filter((id) => id !== this.userId)) ?? ''
    );
  }

  /** Somebody else who is, or is not, in a conversation; undefined when there is nobody. */
  async otherOf({ id: conversationId }: Conversation, isMember: boolean): Promise<string | undefined> {
    const { members } = await this.client.conversations.members({ conversationId });
    const inside = new Set(members.map(({ userId }) => userId));
    const suitable = this.#people.filter(
      ({ userId }) => userId !== this.userId && inside.has(userId) === isMember,
    );
    return this.random.pick(suitable)?.userId;
  }

  #shown(): readonly Conversation[] {
    const { conversations, archived } = this.client.conversations.list.getSnapshot();
    return [...conversations, ...archived];
  }
}

function isLed({ kind, role }: Conversation): boolean {
  return kind === 'group' && role !== 'member';
}
