import { expect, test } from 'vitest';
import { hrefOf, parseRoute } from './route.ts';

const id = '0198a000-0000-7000-8000-0000000000ab';

test('gives back the conversation it was made for', () => {
  expect(parseRoute(hrefOf(id))).toEqual({ conversationId: id });
  expect(parseRoute(hrefOf(null))).toEqual({ conversationId: null });
});

test.each(['', '#', '#/c/', '#/c/no-uuid', `#/c/${id}/more`, `#/x/${id}`, '#/c/<script>'])(
  'shows no conversation for %j',
  (hash) => {
    expect(parseRoute(hash)).toEqual({ conversationId: null });
  },
);
