import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { segmentsOf, wordsOf } from './segments.ts';

const kinds = (text: string) => segmentsOf(text).map((segment) => `${segment.kind}:${segment.text}`);

describe('segmentsOf', () => {
  test('leaves every text as it is when put together', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '`',
        '```',
        '\n',
        'https://',
        'http://a.example/b(c).',
        ') ',
        '<script>',
        'javascript:',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        expect(
          segmentsOf(text)
            .map((segment) => segment.text)
            .join(''),
        ).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['see https://a.example/x?y=1#z.', ['text:see ', 'link:https://a.example/x?y=1#z', 'text:.']],
    ['(http://a.example/b)', ['text:(', 'link:http://a.example/b', 'text:)']],
    ['https://en.example/wiki/A_(b)', ['link:https://en.example/wiki/A_(b)']],
    ['a `b` c', ['text:a ', 'code:`b`', 'text: c']],
    ['```\nlet a;\n```\n\nb', ['block:```\nlet a;\n```\n', 'text:\nb']],
    ['`https://a.example`', ['code:`https://a.example`']],
    ['```\n```', ['text:```\n```']],
    ['a ` b', ['text:a ` b']],
  ])('%j', (text, expected) => {
    expect(kinds(text)).toEqual(expected);
  });

  test.each([
    ['`b`', 'b'],
    ['```\nlet a;\n\nlet b;\n```\n', 'let a;\n\nlet b;'],
    ['```c++\n  int a;\n```', '  int a;'],
    ['```let a```', 'let a'],
    ['```two words\nb```', 'two words\nb'],
  ])('shows of %j what is code', (text, code) => {
    expect(segmentsOf(text)).toMatchObject([{ text, code }]);
  });

  test('leaves nothing but words where there is room for no more', () => {
    expect(wordsOf('see `b` at https://a.example, a ` b')).toBe('see b at https://a.example, a ` b');
  });

  test.each([
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'ftp://a.example',
    'https://',
    'xhttps://a.example',
    '<a href="javascript:alert(1)">https</a>',
    'vbscript:https',
  ])('makes no link of %j', (text) => {
    expect(segmentsOf(text).filter((segment) => segment.kind === 'link')).toEqual([]);
  });

  test('links lead to http and https only, and are found', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['http', 'https'] }), fc.string(), (url, noise) => {
        const links = segmentsOf(`${noise.replaceAll('`', '')} ${url} `).filter(
          ({ kind }) => kind === 'link',
        );
        expect(links.length).toBeGreaterThan(0);
        expect(links.every((link) => 'href' in link && /^https?:\/\//.test(link.href))).toBe(true);
      }),
    );
  });
});
