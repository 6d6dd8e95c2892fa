import type { Draft } from '@parley/contract';

/** What is written in a conversation and not sent. */
export interface DraftContent {
  readonly text: string;
  /** The id of the message it is to answer. */
  readonly replyTo: string | null;
}

/** One conversation's draft, as far as it is known. */
interface DraftEntry {
  /** The newest that the server told. */
  readonly stored: Draft | null;
  /** What was typed here and has not been stored yet. Until then nothing that is told replaces it. */
  readonly typed: DraftContent | null;
}

/** All drafts of the signed-in person. */
export interface DraftBook {
  readonly epoch: string | null;
  readonly entries: ReadonlyMap<string, DraftEntry>;
}

export type DraftInput =
  /** Somebody types here; an empty text clears the draft. */
  | { readonly type: 'typed'; readonly conversationId: string; readonly content: DraftContent }
  /** The server told of a draft, in an event or an answer. */
  | { readonly type: 'stored'; readonly epoch: string; readonly draft: Draft }
  /** This is stored: what is typed since is not. */
  | { readonly type: 'settled'; readonly conversationId: string; readonly content: DraftContent }
  | { readonly type: 'lost'; readonly conversationId: string }
  /** The server's drafts are of this epoch from now on: those of another are forgotten. */
  | { readonly type: 'epoch'; readonly epoch: string };

export const emptyBook: DraftBook = { epoch: null, entries: new Map() };
export const noDraft: DraftContent = { text: '', replyTo: null };

/** What an input makes of the drafts: the newest stored one counts, whatever order they come in. */
export function stepDrafts(book: DraftBook, input: DraftInput): DraftBook {
  switch (input.type) {
    case 'typed':
      return withEntry(book, input.conversationId, (entry) => ({ ...entry, typed: input.content }));
    case 'stored':
      if (input.epoch !== book.epoch) return book;
      return withEntry(book, input.draft.conversationId, (entry) =>
        (entry.stored?.inboxSeq ?? -1) < input.draft.inboxSeq ? { ...entry, stored: input.draft } : entry,
      );
    case 'settled':
      return withEntry(book, input.conversationId, (entry) =>
        entry.typed !== null && sameContent(entry.typed, input.content) ? { ...entry, typed: null } : entry,
      );
    case 'lost': {
      const entries = new Map(book.entries);
      return entries.delete(input.conversationId) ? { ...book, entries } : book;
    }
    case 'epoch':
      return input.epoch === book.epoch ? book : ofEpoch(book, input.epoch);
  }
}

/** What is shown in a conversation: what is typed here, else what is stored. */
export function shownDraft({ entries }: DraftBook, conversationId: string): DraftContent {
  const entry = entries.get(conversationId);
  if (entry === undefined) return noDraft;
  if (entry.typed !== null) return entry.typed;
  if (entry.stored === null || entry.stored.text === '') return noDraft;
  return { text: entry.stored.text, replyTo: entry.stored.replyTo ?? null };
}

/** What was typed here and has not been stored yet. */
export function typedDraft({ entries }: DraftBook, conversationId: string): DraftContent | null {
  return entries.get(conversationId)?.typed ?? null;
}

export function sameContent(a: DraftContent, b: DraftContent): boolean {
  return a.text === b.text && a.replyTo === b.replyTo;
}

function withEntry(
  book: DraftBook,
  conversationId: string,
  change: (entry: DraftEntry) => DraftEntry,
): DraftBook {
  const before = book.entries.get(conversationId) ?? { stored: null, typed: null };
  const entry = change(before);
  if (entry === before) return book;
  return { ...book, entries: new Map(book.entries).set(conversationId, entry) };
}

function ofEpoch({ entries }: DraftBook, epoch: string): DraftBook {
  const typed = [...entries].filter(([, entry]) => entry.typed !== null);
  return { epoch, entries: new Map(typed.map(([id, entry]) => [id, { ...entry, stored: null }])) };
}
