import { DerivedStore } from '../derived-store.ts';
import type { Store } from '../store.ts';
import { type DraftBook, type DraftContent, sameContent, shownDraft } from './draft-book.ts';

type DraftMap = ReadonlyMap<string, DraftContent>;

/** Every conversation that has a draft. */
export class DraftListStore extends DerivedStore<DraftMap> {
  readonly #book: Store<DraftBook>;
  readonly #opened: () => void;

  constructor(book: Store<DraftBook>, sync: Store<unknown>, opened: () => void) {
    super(new Map(), [book], [sync]);
    this.#book = book;
    this.#opened = opened;
  }

  protected override derive(before: DraftMap): DraftMap {
    const book = this.#book.getSnapshot();
    const shown = [...book.entries.keys()].flatMap((id) => {
      const draft = shownDraft(book, id);
      if (draft.text.trim() === '') return [];
      const known = before.get(id);
      return [[id, known !== undefined && sameContent(known, draft) ? known : draft] as const];
    });
    const same = shown.length === before.size && shown.every(([id, draft]) => before.get(id) === draft);
    return same ? before : new Map(shown);
  }

  protected override onFirst(): void {
    this.#opened();
  }
}
