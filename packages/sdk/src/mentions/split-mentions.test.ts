import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitMentions } from './split-mentions.ts';

const person = (id: string, username: string, displayName: string | null = null) => ({
  ...{ id, username, displayName },
});
const ada = person('1', 'ada', 'Ada Lovelace');
const adam = person('2', 'adam');
const ming = person('3', 'ming', '李明');
const people = [ada, adam, ming];
const everybody = people.map(({ id }) => id);

/** As text, with what is a mention in brackets. */
const split = (content: string, mentions = everybody, mentionsAll?: true) =>
  splitMentions({ content, mentions, ...(mentionsAll && { mentionsAll }) }, people)
    .map((part) =>
      part.type === 'text' ? part.text : `[${part.text}${part.type === 'all' ? '' : part.userId}]`,
    )
    .join('');

test.each([
  ['Hello @ada!', 'Hello [@ada1]!'],
  ['@ada @adam', '[@ada1] [@adam2]'],
  ['@Ada Lovelace, @ADA', '[@Ada Lovelace1], [@ADA1]'],
  ['@adamant @ada_x @adà', '@adamant @ada_x @adà'],
  ['mail@ada, (@ada)', 'mail@ada, ([@ada1])'],
  ['@@ada', '@[@ada1]'],
  ['你好@李明你好', '你好[@李明3]你好'],
  ['@grace @', '@grace @'],
  ['', ''],
])('%j is split as %j', (content, expected) => expect(split(content)).toBe(expected));

test('who is not mentioned is text, whatever was typed; so is @all unless everybody is', () => {
  expect(split('@ada @adam @all', [adam.id])).toBe('@ada [@adam2] @all');
  expect(split('@ada @All', [], true)).toBe('@ada [@All]');
  expect(splitMentions({ content: 'nobody' }, people)).toEqual([{ type: 'text', text: 'nobody' }]);
});

test('put together the parts are the text, whatever it is', () => {
  const piece = fc.oneof(
    fc.constantFrom('@', 'ada', 'Ada Lovelace', 'adam', '李明', 'all', ' ', '\u0301', '😀', '\ud83d'),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.array(piece), fc.boolean(), (pieces, all) => {
      const content = pieces.join('');
      const message = { content, mentions: everybody, ...(all && { mentionsAll: true as const }) };
      const parts = splitMentions(message, people);
      expect(parts.map(({ text }) => text).join('')).toBe(content);
      expect(parts.every(({ text }) => text !== '')).toBe(true);
    }),
  );
});
