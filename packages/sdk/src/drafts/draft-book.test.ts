import type { Draft } from '@parley/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DraftBook, emptyBook, noDraft, shownDraft, stepDrafts } from './draft-book.ts';

const epoch = 'a';
const conversationId = '0198a000-0000-7000-8000-000000000001';
const updatedAt = '2026-01-01T00:00:00.000Z';

const draft = (inboxSeq: number, text: string): Draft => ({ conversationId, text, inboxSeq, updatedAt });
const content = (text: string) => ({ text, replyTo: null });
const book = stepDrafts(emptyBook, { type: 'epoch', epoch });
const stored = (before: DraftBook, ...drafts: readonly Draft[]) =>
  drafts.reduce((now, each) => stepDrafts(now, { type: 'stored', epoch, draft: each }), before);
const typed = (before: DraftBook, text: string) =>
  stepDrafts(before, { type: 'typed', conversationId, content: content(text) });
const shown = (now: DraftBook) => shownDraft(now, conversationId);

test('two devices that hear of drafts shuffled and doubled show the latest one, as a fresh list has it', () => {
  const texts = fc.array(fc.constantFrom('', 'one', 'two'), { minLength: 1, maxLength: 8 });
  const property = fc.property(texts, fc.array(fc.nat(20)), fc.array(fc.nat(20)), (written, one, two) => {
    const all = written.map((text, index) => draft(index + 1, text));
    const last = all.slice(-1);
    const fresh = stored(book, ...last);
    for (const order of [one, two]) {
      const heard = order.flatMap((index) => all[index % all.length] ?? []);
      // What is missed comes with the list after the next ready.
      const device = stored(book, ...heard, ...last, ...heard);
      expect(shown(device)).toEqual(shown(fresh));
      expect(device.entries).toEqual(fresh.entries);
    }
  });
  fc.assert(property);
});

test('what is typed here is not overwritten by what is told, not even by an echo of itself', () => {
  let now = typed(book, 'hel');
  now = typed(now, 'hello');
  now = stored(now, draft(1, 'hel'));
  now = stepDrafts(now, { type: 'settled', conversationId, content: content('hel') });
  expect(shown(now)).toEqual(content('hello'));
  now = stored(now, draft(2, 'hello'));
  now = stepDrafts(now, { type: 'settled', conversationId, content: content('hello') });
  expect(shown(stored(now, draft(1, 'hel')))).toEqual(content('hello'));
  // Nothing is typed any more: what another device writes shows.
  expect(shown(stored(now, draft(3, 'from elsewhere')))).toEqual(content('from elsewhere'));
});

test('a write that another device came after shows what that one wrote', () => {
  let now = typed(book, 'mine');
  now = stored(now, draft(2, 'theirs'), draft(1, 'mine'));
  now = stepDrafts(now, { type: 'settled', conversationId, content: content('mine') });
  expect(shown(now)).toEqual(content('theirs'));
});

test('another epoch forgets what was stored and keeps what is typed; losing the conversation forgets both', () => {
  const other = '0198a000-0000-7000-8000-000000000002';
  let now = stored(typed(book, 'typed'), draft(5, 'before'), { ...draft(6, 'other'), conversationId: other });
  now = stepDrafts(now, { type: 'epoch', epoch: 'b' });
  expect(shown(now)).toEqual(content('typed'));
  expect(shownDraft(now, other)).toEqual(noDraft);
  expect(stored(now, draft(9, 'of the epoch before'))).toBe(now);
  expect(shown(stepDrafts(now, { type: 'lost', conversationId }))).toEqual(noDraft);
});
