import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { conversationOfHash, isPage, ownPath, tokenOfHash } from './addresses.ts';

const id = '0198a000-0000-7000-8000-0000000000ab';

test('every address of the router is a page, and none of the server is', async () => {
  const router = await readFile(join(import.meta.dirname, 'router.tsx'), 'utf8');
  // Those of the settings are below them.
  const routes = router.matchAll(/getParentRoute: \(\) => (?!settings)\w+,\s+path: '([^']*)'/g);
  const paths = [...routes].map(([, path]) => path ?? '');
  expect(paths.length).toBeGreaterThan(7);
  expect(paths.filter((path) => !isPage(path))).toEqual([]);
  const served = [
    '/trpc',
    '/trpc/auth.me',
    '/auth/login',
    '/conversations/1',
    '/messages',
    '/api',
    '/health',
  ];
  expect(served.filter(isPage)).toEqual([]);
});

test('an old address names its conversation', () => {
  expect(conversationOfHash(`#/c/${id.toUpperCase()}`)).toBe(id);
  expect(conversationOfHash(`/c/${id}`)).toBe(id);
});

test.each(['', '#', '#/c/', '#/c/no-uuid', `#/c/${id}/more`, `#/x/${id}`, '#/c/<script>'])(
  'no conversation is named by %j',
  (hash) => {
    expect(conversationOfHash(hash)).toBeNull();
  },
);

test.each(['//evil.test', '/\\evil.test', 'https://evil.test', 'javascript:alert(1)', '', 7, undefined])(
  'signing in leads nowhere else: %j',
  (to) => {
    expect(ownPath(to)).toBeUndefined();
  },
);

test('signing in leads back to where one was', () => {
  expect(ownPath('/settings/privacy')).toBe('/settings/privacy');
});

test('the token of a mail stands behind the #', () => {
  expect(tokenOfHash('#token=a%2Bb')).toBe('a+b');
  expect(tokenOfHash('token=ab')).toBe('ab');
  expect(tokenOfHash('')).toBe('');
});
