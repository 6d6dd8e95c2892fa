import { createClient, type ParleyClient } from '@parley/sdk';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { signIn, startWebApp } from './web-app.ts';
import { password, signUp } from './sign-up.ts';

const resources = new AsyncDisposableStack();
let url: string;
let browser: Browser;
let ada: ParleyClient;
let grace: ParleyClient;
let room: string;
let thread: string;
let graceId: string;
/** What Ada's browser keeps of being signed in. */
let signedIn: Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>;

beforeAll(async () => {
  const { parley, ...app } = await startWebApp(resources);
  ({ url, browser } = app);
  ada = resources.adopt(createClient({ url }), (client) => client.close());
  grace = resources.adopt(createClient({ url }), (client) => client.close());
  const { id: adaId } = await signUp(parley, ada, 'ada');
  graceId = (await signUp(parley, grace, 'grace')).id;
  await grace.conversations.create({ participantIds: [adaId] });
  await grace.conversations.create({ participantIds: [adaId], title: 'Names' });
  room = (await grace.conversations.create({ participantIds: [adaId], title: 'Access' })).id;
  await grace.messages.send({ conversationId: room, content: 'Look: https://example.com and `code`' });
  const seen = await ada.messages.send({ conversationId: room, content: 'I see' });
  thread = seen.id;
  await grace.messages.send({ conversationId: room, content: 'so do I', thread });
  await grace.messages.send({
    conversationId: room,
    content: 'indeed, @ada',
    replyTo: seen.id,
    mentions: [adaId],
  });
  await grace.reactions.add({ messageId: seen.id, emoji: '👍' });
  await grace.pins.add({ messageId: seen.id });
  await grace.messages.markRead({ conversationId: room });
  await ada.saved.add({ messageId: seen.id });
  await grace.conversations.setRole({ conversationId: room, userId: adaId, role: 'admin' });
  const deleted = await grace.messages.send({ conversationId: room, content: 'gone' });
  await grace.messages.delete({ conversationId: room, messageId: deleted.id });
  const context = await browser.newContext({ baseURL: url });
  const page = await context.newPage();
  await page.goto('/');
  await signIn(page, 'ada', password);
  await page.getByTestId('account').waitFor();
  signedIn = await context.storageState();
  await context.close();
});
afterAll(() => resources.disposeAsync());

async function openPage(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await newPage({ storageState: signedIn, ...options });
  onTestFinished(() => page.context().close());
  await page.goto(path);
  return page;
}

async function newPage(options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ baseURL: url, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

/** What is wrong with a page for those who use it otherwise, by all rules or some of them. */
async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Not as a script of the page, which its policy would forbid.
  await page.evaluate(axe.source);
  return page.evaluate(async (only) => {
    const { axe: inPage } = window as unknown as { axe: typeof axe };
    const { violations: found } = await inPage.run(document, {
      resultTypes: ['violations'],
      ...(only !== undefined && { runOnly: { type: 'rule', values: [...only] } }),
    });
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  }, rules);
}

/** What else there is to find once the colours are others. */
const colourRules = ['color-contrast', 'link-in-text-block'];

/** Opens a view, and expects nothing to be wrong with it, light or dark. */
async function expectAccessible(page: Page, path: string, show: (page: Page) => Promise<void>) {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.mouse.move(0, 0);
  await page.goto(path);
  await show(page);
  expect(await violations(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violations(page, colourRules)).toEqual([]);
}

const inRoom = async (page: Page) => {
  await page.getByTestId('message').last().waitFor();
  await page.getByTestId('pinned-bar').waitFor();
};
const pressed = async (page: Page, keys: string, role: 'dialog' | 'menu') => {
  await page.keyboard.press(keys);
  await page.getByRole(role).waitFor();
};

/** Every view, and how one gets there. */
const views: readonly (readonly [string, string, (page: Page) => Promise<void>])[] = [
  ['the list', '/', (page) => page.getByTestId('conversation').first().waitFor()],
  ['a conversation', '/c/', inRoom],
  [
    'its details',
    '/c/?pane=details',
    async (page) => {
      await inRoom(page);
      await page.getByTestId('member').first().waitFor();
    },
  ],
  [
    'the menu of a message',
    '/c/',
    async (page) => {
      await inRoom(page);
      await page.getByTestId('message').first().focus();
      await pressed(page, 'Enter', 'menu');
    },
  ],
  [
    'the menu of a conversation',
    '/',
    async (page) => {
      await page.getByTestId('conversation').first().focus();
      await pressed(page, 'Shift+F10', 'menu');
    },
  ],
  [
    'muting a conversation',
    '/',
    async (page) => {
      await page.getByTestId('conversation').first().click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Mute' }).click();
      await page.getByRole('dialog').waitFor();
    },
  ],
  [
    'completing a mention',
    '/',
    async (page) => {
      // Its draft is in nobody else's way.
      await page.getByTestId('conversation').filter({ hasText: 'Names' }).click();
      await page.getByRole('textbox', { name: 'Message' }).fill('');
      await page.getByRole('textbox', { name: 'Message' }).pressSequentially('@g');
      await page.getByTestId('mention-option').first().waitFor();
    },
  ],
  [
    'editing a group',
    '/c/?pane=details',
    async (page) => {
      await page.getByRole('button', { name: 'Edit', exact: true }).click();
      await page.getByRole('dialog').waitFor();
    },
  ],
  [
    'inviting to a group',
    '/c/?pane=details',
    async (page) => {
      await page.getByRole('button', { name: 'Invite' }).click();
      await page.getByRole('button', { name: 'Make a link' }).click();
      await page.getByTestId('invitation').first().waitFor();
    },
  ],
  ['a search before it', '/find', (page) => page.getByLabel('Search everything').waitFor()],
  ['what a search finds', '/find?q=see from:me', (page) => page.getByTestId('search-hit').first().waitFor()],
  ['an invitation', '/join#token=nothing', (page) => page.getByRole('alert').waitFor()],
  [
    'deleting a message',
    '/c/',
    async (page) => {
      await inRoom(page);
      await page.getByTestId('message').filter({ hasText: 'I see' }).first().click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Delete message' }).click();
      await page.getByRole('dialog').waitFor();
    },
  ],
  [
    'the choice of emoji',
    '/c/',
    async (page) => {
      await inRoom(page);
      await page.getByTestId('message').filter({ hasText: 'I see' }).first().hover();
      await page.getByRole('button', { name: 'Add a reaction' }).last().click();
      await page.getByTestId('emoji-picker').waitFor();
    },
  ],
  [
    'answering a message',
    '/c/',
    async (page) => {
      await inRoom(page);
      const message = page.getByTestId('message').filter({ hasText: 'I see' }).first();
      await message.hover();
      await message.getByRole('button', { name: 'Reply', exact: true }).click();
      await page.getByTestId('reply-bar').waitFor();
    },
  ],
  [
    'sending a message on',
    '/c/',
    async (page) => {
      await inRoom(page);
      await page.getByTestId('message').filter({ hasText: 'I see' }).first().click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Forward' }).click();
      await page.getByRole('dialog').waitFor();
    },
  ],
  [
    'who has read a message',
    '/c/',
    async (page) => {
      await inRoom(page);
      await page.getByTestId('message').filter({ hasText: 'I see' }).first().click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Who has read it' }).click();
      await page.getByTestId('listed-person').waitFor();
    },
  ],
  [
    'a thread',
    '/c/?pane=thread&thread=ROOT',
    async (page) => {
      await page.getByTestId('thread').getByTestId('message').nth(1).waitFor();
    },
  ],
  ['what is pinned', '/c/?pane=pins', (page) => page.getByTestId('message-card').waitFor()],
  ['what is saved', '/my/saved', (page) => page.getByTestId('message-card').waitFor()],
  ['threads', '/my/threads', (page) => page.getByTestId('followed-thread').waitFor()],
  [
    'the palette',
    '/',
    async (page) => {
      await page.getByTestId('conversation').first().waitFor();
      await pressed(page, 'Control+k', 'dialog');
      await page.getByTestId('palette-option').first().waitFor();
    },
  ],
  [
    'a new conversation',
    '/',
    async (page) => {
      await page.getByRole('button', { name: 'New conversation' }).click();
      await page.getByLabel('Search people').fill('grace');
      await page.getByTestId('person').first().click();
    },
  ],
  [
    'the shortcuts',
    '/',
    async (page) => {
      await page.getByTestId('conversation').first().waitFor();
      await pressed(page, '?', 'dialog');
    },
  ],
  ...['profile', 'security', 'privacy', 'appearance', 'shortcuts', 'data'].map(
    (part) =>
      [
        `settings: ${part}`,
        `/settings/${part}`,
        (page: Page) => page.getByRole('heading', { level: 1 }).waitFor(),
      ] as const,
  ),
];
const strangerViews = [
  '/sign-in',
  '/register',
  '/forgot-password',
  '/reset-password',
  '/verify-email',
  '/join#token=none',
  '/nowhere',
];

describe('axe finds nothing:', () => {
  let page: Page;
  let strangersPage: Page;
  beforeAll(async () => {
    [page, strangersPage] = await Promise.all([newPage({ storageState: signedIn }), newPage({})]);
    return () => Promise.all([page, strangersPage].map((opened) => opened.context().close()));
  });

  test.each(views)('%s', (_, path, show) =>
    expectAccessible(page, path.replace('/c/', `/c/${room}`).replace('ROOT', thread), show),
  );

  test.each(strangerViews)('%s', (path) =>
    expectAccessible(strangersPage, path, (opened) => opened.getByRole('heading', { level: 1 }).waitFor()),
  );
});

test('axe finds nothing on a phone, from right to left', async () => {
  const page = await openPage('/', { viewport: { width: 390, height: 844 }, locale: 'ar' });
  await page.getByTestId('conversation').first().waitFor();
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
  expect(await violations(page)).toEqual([]);
  await page.goto(`/c/${room}`);
  await inRoom(page);
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});

test('everything is done by the keyboard alone', async () => {
  const page = await openPage('/');
  await page.getByTestId('conversation').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('acc');
  await page.getByTestId('palette-option').filter({ hasText: 'Access' }).waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByTestId('conversation-title').textContent()).toBe('Access');
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
  await page.keyboard.type('written without a mouse');
  await page.keyboard.press('Enter');
  const own = page.getByTestId('message').filter({ hasText: 'written without a mouse' });
  await own.and(page.locator('[data-state=stored]')).waitFor();
  // Past what can be done with messages, to all of them.
  const role = () => page.evaluate(() => document.activeElement?.getAttribute('role'));
  for (let step = 0; step < 20 && (await role()) !== 'log'; step += 1) await page.keyboard.press('Shift+Tab');
  expect(await role()).toBe('log');
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => own.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  // The first entry has the focus a moment after the menu shows.
  const focused = (name: string) =>
    expect
      .poll(() =>
        page
          .getByRole('menuitem', { name, exact: true })
          .evaluate((entry) => entry === document.activeElement),
      )
      .toBe(true);
  await focused('Add a reaction');
  for (const name of ['Reply', 'Reply in thread']) {
    await page.keyboard.press('ArrowDown');
    await focused(name);
  }
  await page.keyboard.press('ArrowDown');
  await focused('Edit message');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Edit message' }).waitFor();
  await page.keyboard.type(', and edited');
  await page.keyboard.press('Enter');
  await page.getByTestId('message').filter({ hasText: 'without a mouse, and edited' }).waitFor();
  // One goes on from the message, and from the last one edited as one writes from there.
  const isFocused = (element: Element) => element === document.activeElement;
  await expect.poll(() => own.evaluate(isFocused)).toBe(true);
  const heading = (name: string) => page.getByRole('heading', { name, exact: true });
  const composer = page.getByRole('textbox', { name: 'Message', exact: true });
  await composer.focus();
  await page.keyboard.press('ArrowUp');
  await page.getByRole('textbox', { name: 'Edit message' }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => composer.evaluate(isFocused)).toBe(true);
  // So it does from what opens over the conversation and beside it.
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => composer.evaluate(isFocused)).toBe(true);
  await own.focus();
  await page.keyboard.press('Enter');
  await focused('Add a reaction');
  await page.keyboard.press('End');
  await focused('Delete message');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => own.evaluate(isFocused)).toBe(true);
  const details = page.getByRole('button', { name: 'Details' });
  await details.focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => heading('Details').evaluate(isFocused)).toBe(true);
  await page.keyboard.press('Escape');
  await expect.poll(() => details.evaluate(isFocused)).toBe(true);
  const first = page.url();
  await page.keyboard.press('Alt+ArrowDown');
  await expect.poll(() => page.url()).not.toBe(first);
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(() => page.url()).toBe(first);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('privacy');
  await page.getByTestId('palette-option').first().waitFor();
  await page.keyboard.press('Enter');
  await expect
    .poll(() =>
      page.getByRole('heading', { level: 1 }).evaluate((element) => element === document.activeElement),
    )
    .toBe(true);
});

test('what others write is announced, who types is shown, who is there has a dot', async () => {
  const page = await openPage(`/c/${room}`);
  await inRoom(page);
  await page.getByTestId('typing').waitFor({ state: 'attached' });
  const list = grace.messages.open(room);
  onTestFinished(list.subscribe(() => {}));
  await page.locator('[data-presence=online]').first().waitFor();
  await expect
    .poll(
      () => {
        grace.typing.set({ conversationId: room, typing: true });
        return page.getByTestId('typing').textContent();
      },
      { timeout: 10_000, interval: 500 },
    )
    .toBe('grace is typing…');
  expect(await page.getByTestId('live-region').textContent()).toBe('');
  await grace.messages.send({ conversationId: room, content: 'read me out' });
  await expect.poll(() => page.getByTestId('live-region').textContent()).toBe('grace: read me out');
});

test('messages of somebody blocked are folded until they are asked for', async () => {
  const page = await openPage(`/c/${room}?pane=details`);
  await inRoom(page);
  expect(await page.getByTestId('folded').count()).toBe(0);
  await page.getByRole('button', { name: 'What to do with grace' }).click();
  await page.getByRole('menuitem', { name: 'Block' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Block' }).click();
  await page.getByText('grace is blocked.').waitFor();
  onTestFinished(() => ada.blocks.remove({ userId: graceId }));
  const folded = page.getByTestId('folded').first();
  await folded.waitFor();
  const before = await page.getByTestId('folded').count();
  await folded.getByRole('button', { name: 'Show' }).click();
  await expect.poll(() => page.getByTestId('folded').count()).toBe(before - 1);
});
