import { createClient, type ParleyClient } from '@parley/sdk';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signIn, startWebApp } from './web-app.ts';
import { password, signUp } from './sign-up.ts';

const resources = new AsyncDisposableStack();
let url: string;
let browser: Browser;
let ada: ParleyClient;
let grace: ParleyClient;
let graceId: string;
let room: string;
/** The pages of Ada and Grace, both in the same group. */
let adaPage: Page;
let gracePage: Page;

beforeAll(async () => {
  const { parley, ...app } = await startWebApp(resources);
  ({ url, browser } = app);
  [ada, grace] = ['ada', 'grace'].map(() => resources.adopt(createClient({ url }), (one) => one.close())) as [
    ParleyClient,
    ParleyClient,
  ];
  await signUp(parley, ada, 'ada');
  graceId = (await signUp(parley, grace, 'grace')).id;
  room = (await ada.conversations.create({ participantIds: [graceId], title: 'Moon' })).id;
  [adaPage, gracePage] = await Promise.all([openPage('ada'), openPage('grace')]);
});
afterAll(() => resources.disposeAsync());

async function openPage(username: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = resources.adopt(
    await browser.newContext({ baseURL: url, reducedMotion: 'reduce', ...options }),
    (opened) => opened.close(),
  );
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(`/c/${room}`);
  await signIn(page, username, password);
  await page.getByTestId('timeline').waitFor();
  return page;
}

function messageWith(page: Page, text: string): Locator {
  return page.getByTestId('timeline').getByTestId('message').filter({ hasText: text });
}

const say = (client: ParleyClient, content: string) =>
  client.messages.send({ conversationId: room, content });

/** Chooses from the menu of a message. */
async function choose(page: Page, message: Locator, name: string): Promise<void> {
  await message.click({ button: 'right', position: { x: 8, y: 8 } });
  await page.getByRole('menuitem', { name, exact: true }).click();
}

test('a reaction shows at once, is seen by the other, toggled by a click, and there after a reload', async () => {
  await say(ada, 'react to me');
  const [adas, graces] = [messageWith(adaPage, 'react to me'), messageWith(gracePage, 'react to me')];
  await graces.hover();
  await graces.getByRole('button', { name: 'React with 👍' }).click();
  const chip = adas.getByTestId('reaction');
  await chip.waitFor();
  expect(await chip.textContent()).toBe('👍1👍 by grace');
  expect(await chip.getAttribute('aria-pressed')).toBe('false');
  await chip.click();
  await expect.poll(() => graces.getByTestId('reaction').textContent()).toMatch(/^👍2/u);
  await expect.poll(() => chip.textContent()).toBe('👍2👍 by You and grace');
  await adaPage.reload();
  await expect.poll(() => chip.getAttribute('aria-pressed')).toBe('true');
  // What the browser has kept is there first, and moves when what came meanwhile joins it.
  await say(grace, 'and on it goes');
  await messageWith(adaPage, 'and on it goes').waitFor();
  await chip.click();
  await expect.poll(() => graces.getByTestId('reaction').textContent()).toMatch(/^👍1/u);
  await choose(adaPage, adas, 'Who reacted');
  await expect
    .poll(() => adaPage.getByTestId('listed-person').allTextContents())
    .toEqual([expect.stringContaining('grace')]);
  await adaPage.keyboard.press('Escape');
});

test('a reaction that is refused is taken back, and why is said', async () => {
  const { id: messageId } = await say(ada, 'no more than ten');
  for (const emoji of ['😀', '😃', '😄', '😁', '😆', '😅', '🤣', '😂', '🙂', '🙃']) {
    await grace.reactions.add({ messageId, emoji });
  }
  const message = messageWith(gracePage, 'no more than ten');
  await expect.poll(() => message.getByTestId('reaction').count()).toBe(10);
  await message.hover();
  await message.getByRole('button', { name: 'React with 👍' }).click();
  await gracePage.getByText('There are too many reactions on this message.').waitFor();
  await expect.poll(() => message.getByTestId('reaction').count()).toBe(10);
});

test('reacts, answers and opens a thread by the keyboard alone', async () => {
  await say(grace, 'keys only');
  const message = messageWith(adaPage, 'keys only');
  await message.waitFor();
  const focused = (locator: Locator) =>
    expect.poll(() => locator.evaluate((element) => element === document.activeElement)).toBe(true);
  /** Opens the menu of the message that has the focus, and chooses one of its first entries. */
  const chooseOf = async (...entries: readonly string[]) => {
    await focused(message);
    await adaPage.keyboard.press('Enter');
    for (const [index, name] of entries.entries()) {
      if (index > 0) await adaPage.keyboard.press('ArrowDown');
      await focused(adaPage.getByRole('menuitem', { name, exact: true }));
    }
    await adaPage.keyboard.press('Enter');
  };
  await adaPage.getByTestId('timeline').focus();
  await adaPage.keyboard.press('End');
  await chooseOf('Add a reaction');
  const search = adaPage.getByRole('searchbox', { name: 'Search emoji' });
  await focused(search);
  await adaPage.keyboard.type('rocket');
  await adaPage.getByRole('button', { name: 'rocket' }).waitFor();
  await adaPage.keyboard.press('ArrowDown');
  await focused(adaPage.getByRole('button', { name: 'rocket' }));
  await adaPage.keyboard.press('Enter');
  await expect.poll(() => message.getByTestId('reaction').textContent()).toMatch(/^🚀1/u);
  await chooseOf('Add a reaction', 'Reply');
  await adaPage.getByTestId('reply-bar').waitFor();
  const composer = adaPage.getByRole('textbox', { name: 'Message' });
  await focused(composer);
  await adaPage.keyboard.press('Escape');
  await expect.poll(() => adaPage.getByTestId('reply-bar').count()).toBe(0);
  await message.focus();
  await chooseOf('Add a reaction', 'Reply', 'Reply in thread');
  await adaPage.getByRole('complementary').getByRole('heading', { name: 'Thread' }).waitFor();
  await adaPage.keyboard.press('Escape');
  await expect.poll(() => adaPage.getByRole('complementary').count()).toBe(0);
});

test('an answer stands with what it answers, leads there, and says when that is deleted', async () => {
  const { id: messageId } = await say(grace, 'who is there?');
  const original = messageWith(adaPage, 'who is there?');
  await original.hover();
  // What has the focus from before shows what can be done with it, too.
  await original.getByRole('button', { name: 'Reply', exact: true }).click();
  await adaPage.getByTestId('reply-bar').filter({ hasText: 'Replying to grace' }).waitFor();
  await adaPage.keyboard.type('it is me');
  await adaPage.keyboard.press('Enter');
  expect(await adaPage.getByTestId('reply-bar').count()).toBe(0);
  for (const page of [adaPage, gracePage]) {
    const quote = messageWith(page, 'it is me').getByTestId('quote');
    await expect.poll(() => quote.textContent()).toContain('who is there?');
  }
  await gracePage.reload();
  const quote = messageWith(gracePage, 'it is me').getByTestId('quote');
  await expect.poll(() => quote.textContent()).toBe('Youwho is there?');
  await grace.messages.delete({ conversationId: room, messageId });
  await expect.poll(() => quote.textContent()).toBe('YouMessage deleted');
});

test('a thread goes on beside the conversation, live, counted, followed and listed with what is unread', async () => {
  const { id: rootId } = await say(ada, 'who brings cake?');
  const root = messageWith(gracePage, 'who brings cake?');
  await root.hover();
  await root.getByRole('button', { name: 'Reply in thread' }).click();
  const graceThread = gracePage.getByTestId('thread');
  await graceThread.waitFor();
  expect(new URL(gracePage.url()).searchParams.get('thread')).toBe(rootId);
  const write = gracePage.getByRole('textbox', { name: 'Reply in the thread' });
  await write.fill('me, with plums');
  await write.press('Enter');
  await graceThread.getByTestId('message').filter({ hasText: 'with plums' }).waitFor();
  const summary = messageWith(adaPage, 'who brings cake?').getByTestId('thread-summary');
  await expect.poll(() => summary.textContent()).toContain('1 reply');
  expect(await messageWith(adaPage, 'with plums').count()).toBe(0);
  await expect
    .poll(() => adaPage.getByTestId('threads-link').getAttribute('data-tip'))
    .toBe('Threads you follow, 1 new');
  await adaPage.getByTestId('threads-link').click();
  const listed = adaPage.getByTestId('followed-thread').filter({ hasText: 'who brings cake?' });
  await expect.poll(() => listed.textContent()).toContain('1 new');
  await listed.click();
  const adaThread = adaPage.getByTestId('thread');
  await adaThread.getByTestId('message').filter({ hasText: 'with plums' }).waitFor();
  await expect
    .poll(() => adaPage.getByTestId('threads-link').getAttribute('data-tip'))
    .toBe('Threads you follow');
  await grace.messages.send({ conversationId: room, content: 'and cream', thread: rootId });
  await adaThread.getByTestId('message').filter({ hasText: 'and cream' }).waitFor();
  await adaThread.getByRole('button', { name: 'Unfollow' }).click();
  await adaThread.getByRole('button', { name: 'Follow', exact: true }).waitFor();
  await adaPage.reload();
  await adaThread.getByTestId('message').filter({ hasText: 'and cream' }).waitFor();
  await adaThread.getByRole('button', { name: 'Follow', exact: true }).waitFor();
  // What is begun there is kept while something else is looked at.
  await adaPage.locator('aside').getByRole('textbox').fill('begun in the thread');
  await adaPage.locator('aside').getByRole('button', { name: 'Close' }).click();
  await adaThread.waitFor({ state: 'detached' });
  await adaPage.getByTestId('thread-summary').first().click();
  await expect
    .poll(() => adaPage.locator('aside').getByRole('textbox').inputValue())
    .toBe('begun in the thread');
  await adaPage.locator('aside').getByRole('textbox').fill('');
  await adaPage.locator('aside').getByRole('button', { name: 'Close' }).click();
  await adaThread.waitFor({ state: 'detached' });
});

test('what is pinned is listed for everybody, and only those who may pin', async () => {
  await say(ada, 'the launch is at nine');
  const message = messageWith(adaPage, 'the launch is at nine');
  await choose(adaPage, message, 'Pin for everybody');
  await gracePage.getByRole('button', { name: 'Pinned messages' }).click();
  const pin = gracePage.getByTestId('message-card').filter({ hasText: 'at nine' });
  await pin.waitFor();
  await gracePage.getByTestId('pinned-bar').getByRole('button', { name: 'the launch is at nine' }).click();
  await expect
    .poll(() =>
      messageWith(gracePage, 'the launch is at nine').evaluate((row) => row === document.activeElement),
    )
    .toBe(true);
  await messageWith(gracePage, 'the launch is at nine').click({ button: 'right' });
  await gracePage.getByRole('menuitem', { name: 'Reply', exact: true }).waitFor();
  expect(await gracePage.getByRole('menuitem', { name: /[Pp]in/ }).count()).toBe(0);
  await gracePage.keyboard.press('Escape');
  await choose(adaPage, message, 'Unpin');
  await expect.poll(() => pin.count()).toBe(0);
  await gracePage.getByTestId('pinned-bar').waitFor({ state: 'detached' });
});

test('what is saved is listed for oneself, and what is sent on arrives', async () => {
  await say(grace, 'remember the milk');
  const message = messageWith(adaPage, 'remember the milk');
  await choose(adaPage, message, 'Save for yourself');
  await adaPage.getByText('The message is saved.').waitFor();
  await choose(adaPage, message, 'Forward');
  await ada.conversations.create({ participantIds: [graceId] });
  await adaPage.getByRole('searchbox', { name: 'Search conversations' }).fill('grace');
  await adaPage.getByRole('checkbox', { name: 'grace' }).check();
  await adaPage.getByRole('dialog').getByRole('button', { name: 'Forward' }).click();
  await gracePage
    .getByTestId('conversation')
    .filter({ hasText: 'ada' })
    .filter({ hasText: 'remember the milk' })
    .waitFor();
  await adaPage.goto('/my/saved');
  const card = adaPage.getByTestId('message-card').filter({ hasText: 'milk' });
  await card.getByRole('button', { name: 'Remove from saved' }).click();
  await adaPage.getByText('Nothing is saved').waitFor();
  expect(await card.count()).toBe(0);
  await adaPage.goto(`/c/${room}`);
});

test('ticks and faces tell who has got and read what one wrote', async () => {
  await gracePage.goto('/');
  await gracePage.getByTestId('conversation').first().waitFor();
  await say(ada, 'have you read this?');
  const message = messageWith(adaPage, 'have you read this?');
  await expect.poll(() => message.getByTestId('ticks').getAttribute('data-state')).toBe('delivered');
  await gracePage.getByTestId('conversation').filter({ hasText: 'Moon' }).click();
  await expect.poll(() => message.getByTestId('ticks').getAttribute('data-state')).toBe('read');
  await expect.poll(() => message.getByTestId('read-faces').getAttribute('aria-label')).toBe('Read by grace');
  await message.getByTestId('read-faces').click();
  await adaPage.getByRole('dialog').getByText('Read by 1 of 1').waitFor();
  await adaPage.keyboard.press('Escape');
});

test('links say where they lead, names and emoji stand out, code stays code', async () => {
  await grace.messages.send({
    conversationId: room,
    content: '@ada look: https://example.com/a and `b`',
    mentions: [(await ada.auth.me()).id],
  });
  await say(grace, '🎉🎉');
  const message = messageWith(adaPage, '@ada look');
  await message.locator('[data-mention=own]').waitFor();
  expect(await message.getByRole('link').getAttribute('data-tip')).toBe('example.com');
  expect(await message.locator('code').textContent()).toBe('b');
  const size = (text: string) =>
    messageWith(adaPage, text)
      .getByTestId('message-text')
      .evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
  expect(await size('🎉🎉')).toBeGreaterThan(2 * (await size('@ada look')));
});

test('all of it speaks Arabic, on a phone', async () => {
  const page = await openPage('grace', { locale: 'ar', viewport: { width: 390, height: 844 } });
  const message = messageWith(page, 'react to me');
  await message.getByTestId('reaction').waitFor();
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
  await choose(page, message, 'الرد في سلسلة');
  await page.getByRole('heading', { name: 'سلسلة الردود' }).waitFor();
  await page.getByRole('textbox', { name: 'الرد في السلسلة' }).fill('نعم');
  await page.keyboard.press('Enter');
  await page.getByTestId('thread').getByTestId('message').filter({ hasText: 'نعم' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});
