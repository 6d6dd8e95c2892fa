import type { Drafts } from '../drafts/drafts.ts';
import type { Messages } from '../messages/messages.ts';
import { OpenLists } from '../open-lists.ts';
import type { Typing } from '../typing/typing.ts';
import { type ComposerPlace, ComposerStore } from './composer-store.ts';

/** Where messages are written: text, who is mentioned and what is answered, until they are sent. */
export class Composers {
  readonly #stores: OpenLists<ComposerStore>;

  constructor(messages: Messages, drafts: Drafts, typing: Typing) {
    this.#stores = new OpenLists(
      (key) => {
        const [conversationId = '', thread] = key.split(' ');
        const draft = thread === undefined ? drafts.open(conversationId) : null;
        return new ComposerStore({ conversationId, thread }, { messages, typing, draft });
      },
      () => {},
    );
  }

  /** What is written in a place; the same store for the same place. */
  open({ conversationId, thread }: ComposerPlace): ComposerStore {
    return this.#stores.open(thread === undefined ? conversationId : `${conversationId} ${thread}`);
  }

  /** Forgets everything of the person who was signed in. */
  clear(): void {
    this.#stores.clear();
    this.#stores.each((store) => store.forget());
  }
}
