import type { MessageExtras, User } from '@parley/contract';
import { DerivedStore, sameItems, sameProperties } from '../derived-store.ts';
import type { DraftStore } from '../drafts/draft-store.ts';
import { splitMentions } from '../mentions/split-mentions.ts';
import type { Messages } from '../messages/messages.ts';
import { WritableStore } from '../store.ts';
import type { Typing } from '../typing/typing.ts';
import { isSendable } from './text-length.ts';

/** Where something is written: in a conversation, or in the thread that hangs on a message of it. */
export interface ComposerPlace {
  readonly conversationId: string;
  /** The id of the message the thread hangs on. */
  readonly thread?: string | undefined;
}

/** Whom a message can mention: by the name that is written. */
export type Mentionable = Pick<User, 'id' | 'username' | 'displayName'>;

/** What is being written, as shown. */
export interface ComposerSnapshot {
  /** In a conversation it is one's draft, the same on all devices. */
  readonly text: string;
  /** The id of the message that is answered. */
  readonly replyTo: string | null;
  /** Those of whom `mention` was told and who are named in the text. */
  readonly mentions: readonly string[];
  readonly mentionsAll: boolean;
  /** Whether `send` sends: there is a text, and it is not too long. */
  readonly canSend: boolean;
}

/** What is chosen beside the text, and the text itself in a thread, which has no draft. */
interface Written {
  readonly text: string;
  readonly replyTo: string | null;
  readonly people: readonly Mentionable[];
  readonly all: boolean;
}

export const emptyComposer: ComposerSnapshot = {
  text: '',
  replyTo: null,
  mentions: [],
  mentionsAll: false,
  canSend: false,
};
const nothing: Written = { text: '', replyTo: null, people: [], all: false };

/** Where what is written goes. */
export interface ComposerOutlets {
  readonly messages: Messages;
  readonly typing: Typing;
  /** None in a thread. */
  readonly draft: DraftStore | null;
}

/**
 * What is being written in one place. Its functions need no `this`, and work while nobody is subscribed, too; without a
 * conversation they do nothing.
 */
export class ComposerStore extends DerivedStore<ComposerSnapshot> {
  readonly #place: ComposerPlace;
  readonly #messages: Messages;
  readonly #typing: Typing;
  readonly #draft: DraftStore | null;
  readonly #written: WritableStore<Written>;

  constructor(place: ComposerPlace, { messages, typing, draft }: ComposerOutlets) {
    const written = new WritableStore(nothing);
    super(emptyComposer, draft === null ? [written] : [written, draft]);
    this.#place = place;
    this.#messages = messages;
    this.#typing = typing;
    this.#draft = draft;
    this.#written = written;
  }

  /** Says what is written now; call it at every keystroke. Others see that one is typing, and the draft is stored. */
  readonly setText = (text: string): void => {
    if (this.#place.conversationId === '') return;
    const { replyTo } = this.getSnapshot();
    const inDraft = this.#draft !== null && text.trim() !== '';
    this.#change({ replyTo: inDraft ? null : replyTo, text: this.#draft === null ? text : '' });
    this.#draft?.set(text, replyTo);
    this.#sayTyping(text !== '');
  };

  /** Says which message is answered, by its id; null for none. */
  readonly setReplyTo = (messageId: string | null): void => {
    const { text } = this.getSnapshot();
    if (this.#draft === null || text.trim() === '') this.#change({ replyTo: messageId });
    else this.#draft.set(text, messageId);
  };

  /** Has somebody mentioned, or everybody, for as long as the text names them: `@` and a name, or `@all`. */
  readonly mention = (who: Mentionable | 'all'): void => {
    if (who === 'all') this.#change({ all: true });
    else this.#change({ people: [...this.#written.getSnapshot().people, who] });
  };

  /**
   * Sends what is written, and begins anew. It shows at once as outgoing, also when it could not be sent.
   * @param extras what the message carries beside that
   * @returns whether there was anything to send
   */
  readonly send = (extras: MessageExtras = {}): boolean => {
    const { text, replyTo, mentions, mentionsAll, canSend } = this.getSnapshot();
    if (!canSend) return false;
    const { conversationId, thread } = this.#place;
    const message = {
      ...{ conversationId, content: text },
      ...(replyTo !== null && { replyTo }),
      ...(mentions.length > 0 && { mentions: [...mentions] }),
      ...(mentionsAll && { mentionsAll }),
      ...(thread !== undefined && { thread }),
      ...extras,
    };
    // What is outgoing says how it ends.
    this.#messages.send(message).catch(() => {});
    this.clear();
    return true;
  };

  /** Takes away all that is written. */
  readonly clear = (): void => {
    this.forget();
    this.#draft?.clear();
    this.#sayTyping(false);
  };

  /** Lets go of what is written, and leaves the draft as it is. */
  forget(): void {
    this.#written.set(nothing);
  }

  protected override derive(before: ComposerSnapshot): ComposerSnapshot {
    const written = this.#written.getSnapshot();
    const draft = this.#draft?.getSnapshot() ?? written;
    const { text } = draft;
    const named = this.#named(text, written);
    return sameProperties(before, {
      text,
      replyTo: text.trim() === '' ? written.replyTo : draft.replyTo,
      mentions: sameItems(before.mentions, named.mentions),
      mentionsAll: named.all,
      canSend: isSendable(text),
    });
  }

  #named(content: string, { people, all }: Written): { mentions: string[]; all: boolean } {
    if (people.length === 0 && !all) return { mentions: [], all };
    const message = { content, mentions: people.map(({ id }) => id), ...(all && { mentionsAll: all }) };
    const parts = splitMentions(message, people);
    const mentions = new Set(parts.flatMap((part) => (part.type === 'mention' ? part.userId : [])));
    return { mentions: [...mentions], all: parts.some(({ type }) => type === 'all') };
  }

  /** In a thread nobody would know where. */
  #sayTyping(typing: boolean): void {
    const { conversationId } = this.#place;
    if (this.#draft !== null) this.#typing.set({ conversationId, typing });
  }

  #change(change: Partial<Written>): void {
    this.#written.set({ ...this.#written.getSnapshot(), ...change });
  }
}
