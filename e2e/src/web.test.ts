import { closeCodes } from '@parley/contract';
import { type TestParley, testParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startBalancer } from './balancer.ts';
import { launchChromium } from './browser.ts';
import { startServerProcess, testRedisUrl } from './server-process.ts';
import { openRegistration, signIn, signOut } from './web-app.ts';
import { password, signUp } from './sign-up.ts';

const resources = new AsyncDisposableStack();
let parley: TestParley;
let url: string;
let browser: Browser;
/** A browser in which Ada is signed in. */
let adas: BrowserContext;
let grace: ParleyClient;
let adaId: string;

beforeAll(async () => {
  parley = resources.use(await testParley());
  const balancer = resources.use(await startBalancer());
  url = balancer.url;
  const server = resources.use(
    await startServerProcess({
      databaseUrl: parley.connectionString,
      redisUrl: testRedisUrl(),
      env: { CORS_ORIGIN: url },
    }),
  );
  balancer.route([server.port]);
  browser = resources.adopt(await launchChromium(), (launched) => launched.close());
  using ada = createClient({ url });
  adaId = (await signUp(parley, ada, 'ada', 'Ada Lovelace')).id;
  grace = resources.adopt(createClient({ url }), (client) => client.close());
  await signUp(parley, grace, 'grace', 'Grace Hopper');
  adas = await newContext();
  const page = await adas.newPage();
  await page.goto('/');
  await signIn(page, 'ada', password);
  await page.getByTestId('account').waitFor();
  await page.close();
});
afterAll(() => resources.disposeAsync());

async function newContext(): Promise<BrowserContext> {
  return resources.adopt(await browser.newContext({ baseURL: url }), (opened) => opened.close());
}

/** A page of a browser, a new one where it is given none. */
async function openPage(context?: BrowserContext): Promise<Page> {
  const page = await (context ?? (await newContext())).newPage();
  onTestFinished(() => page.close());
  page.setDefaultTimeout(10_000);
  await page.goto('/');
  return page;
}

/** Ada's page, and a new group of hers and Grace's. */
async function adaInGroup(title: string) {
  const { id: conversationId } = await grace.conversations.create({ participantIds: [adaId], title });
  const page = await openPage(adas);
  const row = page.getByTestId('conversation').filter({ hasText: title });
  await row.waitFor();
  const say = (content: string) => grace.messages.send({ conversationId, content });
  return { page, row, conversationId, say };
}

function messageWith(page: Page, text: string): Locator {
  return page.getByTestId('message').filter({ hasText: text });
}

describe('the web app', () => {
  test('signs in, stays signed in when loaded again, and signs out', async () => {
    const page = await openPage();
    await signIn(page, 'ada', 'a wrong password');
    expect(await page.getByRole('alert').textContent()).toContain('do not go together');
    await signIn(page, 'ada', password);
    await page.getByTestId('account').waitFor();
    await page.reload();
    await page.getByTestId('account').waitFor();
    await signOut(page);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.getByTestId('account').count()).toBe(0);
  });

  test('says at the field what is wrong with a new account', async () => {
    const page = await openPage();
    await openRegistration(page);
    await page.getByLabel('E-mail').fill('ada-2@example.com');
    await page.getByLabel('Username').fill('ADA');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('alert').waitFor();
    const field = page.getByLabel('Username');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    const note = page.locator(`[id="${await field.getAttribute('aria-describedby')}"]`);
    expect(await note.textContent()).toBe('This username is taken.');
  });

  test('counts what is unread until it is read', async () => {
    const { page, row, say } = await adaInGroup('Unread');
    await say('one');
    await say('two');
    await expect.poll(() => row.getByTestId('unread').textContent()).toBe('2 unread');
    await expect.poll(() => page.title()).toMatch(/^\(\d+\) Parley$/);
    await row.click();
    await messageWith(page, 'two').waitFor();
    await expect.poll(() => row.getByTestId('unread').count()).toBe(0);
  });

  test('starts a group with people it finds', async () => {
    const page = await openPage(adas);
    await page.getByRole('button', { name: 'New conversation' }).click();
    using barbara = createClient({ url });
    await signUp(parley, barbara, 'barbara');
    for (const name of ['grace', 'barbara@example.com']) {
      await page.getByLabel('Search people').fill(name);
      await page
        .getByTestId('person')
        .filter({ hasText: name.replace(/@.*/, '') })
        .click();
    }
    await page.getByLabel('Group name').fill('Three of us');
    await page.getByRole('button', { name: 'Create group' }).click();
    await expect.poll(() => page.getByTestId('conversation-title').textContent()).toBe('Three of us');
    expect(await page.getByTestId('notice').first().textContent()).toContain('You started');
    expect(page.url()).toMatch(/\/c\/[0-9a-f-]{36}$/);
  });

  test('edits and deletes, and shows what others edit and delete', async () => {
    const { page, row, conversationId, say } = await adaInGroup('Changes');
    await row.click();
    const composer = page.getByRole('textbox', { name: 'Message' });
    await composer.fill('first lien');
    await composer.press('Enter');
    await messageWith(page, 'first lien').and(page.locator('[data-state=stored]')).hover();
    await page.getByRole('button', { name: 'Edit message' }).click();
    await page.getByRole('textbox', { name: 'Edit message' }).fill('first line');
    await page.keyboard.press('Enter');
    await messageWith(page, 'first line').filter({ hasText: 'edited' }).waitFor();
    const theirs = await say('of theirs');
    await messageWith(page, 'of theirs').waitFor();
    await messageWith(page, 'of theirs').hover();
    await page.getByRole('button', { name: 'What to do with this message' }).waitFor();
    expect(await page.getByRole('button', { name: 'Edit message' }).count()).toBe(0);
    await grace.messages.edit({ conversationId, messageId: theirs.id, content: 'of theirs, better' });
    await messageWith(page, 'of theirs, better').waitFor();
    await messageWith(page, 'first line').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Delete message' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await messageWith(page, 'Message deleted').waitFor();
    expect(await messageWith(page, 'first line').count()).toBe(0);
    const { messages } = await grace.messages.list({ conversationId });
    expect(messages.map(({ content }) => content)).not.toContain('first line');
  });

  test('says what can be done with the message that is pointed at, also when what was pointed at is gone', async () => {
    const { page, row, say } = await adaInGroup('Pointing');
    await say('of theirs');
    await row.click();
    const composer = page.getByRole('textbox', { name: 'Message' });
    await composer.fill('of mine');
    await composer.press('Enter');
    const [theirs, mine] = ['of theirs', 'of mine'].map((text) => messageWith(page, text)) as [
      Locator,
      Locator,
    ];
    await mine.and(page.locator('[data-state=stored]')).hover();
    const away = await theirs.boundingBox();
    if (away === null) throw new Error('the message is not shown');
    await page.getByRole('button', { name: 'Edit message' }).hover();
    await page.mouse.down();
    // The button goes as it is clicked. Where the pointer is next it says before the page has been drawn anew.
    await Promise.all([page.mouse.up(), page.mouse.move(away.x + away.width / 2, away.y + 4)]);
    await theirs.getByTestId('toolbar').waitFor();
    await page.keyboard.press('Escape');
    await mine.getByText('of mine').waitFor();
    expect(await page.getByTestId('toolbar').count()).toBe(1);
  });

  test('takes lines with Shift and Enter, and neither blank nor too long messages', async () => {
    const { page, row } = await adaInGroup('Composer');
    await row.click();
    const composer = page.getByRole('textbox', { name: 'Message' });
    const send = page.getByRole('button', { name: 'Send' });
    await composer.fill('  \n ');
    expect(await send.isDisabled()).toBe(true);
    await composer.fill('x'.repeat(10_001));
    expect(await send.isDisabled()).toBe(true);
    await page.getByText('1 too many').waitFor();
    await composer.fill('one');
    await composer.press('Shift+Enter');
    await composer.pressSequentially('two');
    await composer.press('Enter');
    await messageWith(page, 'one').waitFor();
    expect(await page.getByTestId('message-text').allTextContents()).toEqual(['one\ntwo']);
  });

  test('makes links of http addresses only', async () => {
    const { page, row, say } = await adaInGroup('Links');
    await say(
      'https://example.com/a?b=c. javascript:alert(1) <a href="javascript:alert(1)">x</a> ftp://example.com',
    );
    await row.click();
    await page.getByTestId('message-text').waitFor();
    const links = page.getByTestId('message-text').getByRole('link');
    expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))).toEqual([
      'https://example.com/a?b=c',
    ]);
    expect(await links.first().getAttribute('rel')).toContain('noopener');
  });

  test('shows the list and a conversation one at a time on a phone', async () => {
    const { page, row, say } = await adaInGroup('Phone');
    await page.setViewportSize({ width: 390, height: 780 });
    await say('hello');
    expect(await page.getByTestId('timeline').count()).toBe(0);
    await row.click();
    await messageWith(page, 'hello').waitFor();
    expect(await row.isVisible()).toBe(false);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBe(390);
    await page.getByRole('link', { name: 'Back to your chats' }).click();
    await row.waitFor();
    expect(await page.getByTestId('timeline').count()).toBe(0);
  });

  test('asks to be loaded anew when the server has become too new for it', async () => {
    await grace.conversations.create({ participantIds: [adaId], title: 'Updates' });
    const page = await openPage();
    let tooNew = true;
    await page.routeWebSocket(/\/trpc/, (socket) => {
      if (tooNew) void socket.close({ code: closeCodes.outdated });
      else socket.connectToServer();
    });
    await page.reload();
    await signIn(page, 'ada', password);
    const banner = page.getByTestId('connection-banner');
    await banner.waitFor();
    expect(await banner.textContent()).toContain('Parley has been updated');
    tooNew = false;
    const loaded = page.waitForEvent('load');
    await banner.getByRole('button', { name: 'Reload' }).click();
    await loaded;
    await page.getByTestId('conversation').filter({ hasText: 'Updates' }).waitFor();
    expect(await banner.count()).toBe(0);
  });

  test('says so when a conversation is none of theirs', async () => {
    const page = await openPage(adas);
    await page.getByTestId('account').waitFor();
    const id = '0198a000-0000-7000-8000-000000000001';
    // As addresses of conversations were once; they are still in bookmarks.
    await page.goto(`/#/c/${id}`);
    await expect.poll(() => page.url()).toBe(`${url}/c/${id}`);
    await page.getByText('You are not in this conversation').waitFor();
    await page.getByRole('link', { name: 'Back to your chats' }).click();
    await expect.poll(() => page.url()).toBe(`${url}/`);
  });
});
