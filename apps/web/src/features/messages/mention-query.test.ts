import { expect, test } from 'vitest';
import { mentionQueryAt } from './mention-query.ts';

test.each([
  ['@', 0, ''],
  ['hello @gr', 6, 'gr'],
  ['(@ada.l', 1, 'ada.l'],
  ['مرحبا @غر', 6, 'غر'],
  ['a\n@b', 2, 'b'],
])('a name is being written at the end of %j', (text, from, query) => {
  expect(mentionQueryAt(text, text.length)).toEqual({ from, query });
});

test.each(['', 'hello', 'ada@example', '@ada ', '@ada, ', `@${'x'.repeat(60)}`])(
  'none at the end of %j',
  (text) => {
    expect(mentionQueryAt(text, text.length)).toBeNull();
  },
);

test('what stands behind the caret is not part of it', () => {
  expect(mentionQueryAt('see @grace', 7)).toEqual({ from: 4, query: 'gr' });
});
