import { expect, test } from 'vitest';
import { jsonFault } from './json.ts';

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

test('security, input: JSON may nest 64 levels deep and no deeper', () => {
  expect(jsonFault(nested(64))).toBeNull();
  expect(jsonFault(nested(65))).toContain('deeper');
  expect(jsonFault('{"a":'.repeat(65))).toContain('deeper');
  expect(jsonFault('['.repeat(1_000_000))).toContain('deeper');
});

test('brackets in a string are no nesting, whatever is escaped in it', () => {
  for (const text of ['['.repeat(100), `\\"${'['.repeat(100)}`, `${'\\'.repeat(3)}${'{'.repeat(100)}`]) {
    expect(jsonFault(JSON.stringify({ text, after: nested(10) }))).toBeNull();
  }
  expect(jsonFault(`["\\\\", ${nested(64)}]`)).toContain('deeper');
});

test.each([
  '{"__proto__":{"isAdmin":true}}',
  '{"a":{"__proto__" \n :null}}',
  '{"constructor":{"prototype":1}}',
  '[{"prototype":[]}]',
  '{"\\u005f\\u005Fproto__":1}',
  '{"con\\u0073tructor":1}',
])('security, input: the key in %s is refused', (text) => {
  expect(jsonFault(text)).toContain('keys');
});

test.each(['__proto__', 'constructor', '"__proto__":', '\\"prototype":', '{"constructor":1}'])(
  'what people write may be %s',
  (content) => {
    expect(jsonFault(JSON.stringify({ content, list: [content, content] }))).toBeNull();
  },
);
