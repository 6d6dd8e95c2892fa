import { DerivedStore, sameProperties } from '../derived-store.ts';
import type { Store } from '../store.ts';
import { type DraftBook, type DraftContent, noDraft, shownDraft } from './draft-book.ts';

/** What the store of one conversation's draft does. */
export interface DraftActions {
  readonly type: (content: DraftContent) => void;
  readonly flush: () => void;
  /** Somebody looks at drafts. */
  readonly opened: () => void;
}

/**
 * What is written in one conversation and not sent, on whichever device. Live while somebody is subscribed; what was typed is
 * stored at once when the last one leaves.
 */
export class DraftStore extends DerivedStore<DraftContent> {
  readonly #book: Store<DraftBook>;
  readonly #conversationId: string;
  readonly #actions: DraftActions;

  constructor(conversationId: string, book: Store<DraftBook>, sync: Store<unknown>, actions: DraftActions) {
    super(noDraft, [book], [sync]);
    this.#conversationId = conversationId;
    this.#book = book;
    this.#actions = actions;
  }

  /** Says what is written now; call it at every keystroke. It is stored within about a second. */
  readonly set = (text: string, replyTo: string | null = null): void =>
    this.#actions.type({ text, replyTo: text.trim() === '' ? null : replyTo });

  /** Takes the draft away. */
  readonly clear = (): void => this.set('');

  protected override derive(before: DraftContent): DraftContent {
    return sameProperties(before, shownDraft(this.#book.getSnapshot(), this.#conversationId));
  }

  protected override onFirst(): void {
    this.#actions.opened();
  }

  protected override onLast(): void {
    this.#actions.flush();
  }
}
