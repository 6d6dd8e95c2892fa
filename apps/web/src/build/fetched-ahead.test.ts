import { expect, test } from 'vitest';
import { namesAhead } from './fetched-ahead.ts';

const chunk = (fileName: string, imports: string[], module: string | null = null) => ({
  fileName,
  imports,
  isEntry: fileName === 'assets/app.js',
  facadeModuleId: module,
});
const app = [chunk('assets/app.js', ['assets/base.js']), chunk('assets/base.js', ['assets/app.js'])];
const signedIn = chunk('assets/in.js', ['assets/base.js'], '/web/src/features/shell/signed-in.tsx');
const list = chunk('assets/list.js', ['assets/row.js'], '/web/src/features/conversations/chat-layout.tsx');
const page = chunk(
  'assets/page.js',
  ['assets/row.js', 'assets/bubble.js', 'assets/app.js'],
  '/web/src/features/messages/conversation-page.tsx',
);
const others = [chunk('assets/row.js', []), chunk('assets/bubble.js', []), chunk('assets/settings.js', [])];

test('what shows a conversation is fetched ahead, with what it imports, and what every page names is not', () => {
  const names = namesAhead([...app, signedIn, list, page, ...others]);
  expect(names.toSorted()).toEqual(['bubble', 'in', 'list', 'page', 'row']);
});

test('a page that is not there any more is no build', () => {
  expect(() => namesAhead([...app, signedIn, list, ...others])).toThrow('nothing shows features/messages');
});
