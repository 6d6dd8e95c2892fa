import { expect, test } from 'vitest';
import { conversationSearch, linkTo } from './address.ts';

test('takes of an address only what it knows', () => {
  expect(conversationSearch({ at: 120, pane: 'details', more: 'of it' })).toEqual({
    at: 120,
    pane: 'details',
  });
  for (const at of [undefined, 'soon', '12', 0, -1, 1.5, Number.NaN, Infinity]) {
    expect(conversationSearch({ at, pane: 'elsewhere' })).toEqual({ at: undefined, pane: undefined });
  }
});

test('reads what a link to a message says', () => {
  expect(conversationSearch(linkTo('room', 7).search).at).toBe(7);
});
