import { testParley } from '@parley/engine/testing';
import { createClient } from '@parley/sdk';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Balancer, startBalancer } from './balancer.ts';
import { launchChromium } from './browser.ts';
import { startServerProcess } from './server-process.ts';
import { openRegistration, signIn } from './web-app.ts';
import { password, signUp } from './sign-up.ts';

const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};

const resources = new AsyncDisposableStack();
let balancer: Balancer;
/** Another way to the same server, for one person alone. */
let tunnel: Balancer;
let port: number;
let browser: Browser;

beforeAll(async () => {
  const parley = resources.use(await testParley());
  balancer = resources.use(await startBalancer());
  tunnel = resources.use(await startBalancer());
  const env = { CORS_ORIGIN: `${balancer.url},${tunnel.url}` };
  ({ port } = resources.use(await startServerProcess({ databaseUrl: parley.connectionString, env })));
  balancer.route([port]);
  tunnel.route([port]);
  // There to be written to.
  for (const username of ['linus', 'radia']) {
    using client = createClient({ url: balancer.url });
    await signUp(parley, client, username);
  }
  browser = resources.adopt(await launchChromium(), (launched) => launched.close());
});
afterAll(() => resources.disposeAsync());

/** Somebody new in a browser of their own, who made an account there. */
async function newcomer(username: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: balancer.url, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto('/');
  await openRegistration(page);
  await page.getByLabel('E-mail').fill(`${username}@example.com`);
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByTestId('account').waitFor();
  return page;
}

/** Begins a conversation with somebody, or a group where it has a title. */
async function begin(page: Page, people: readonly string[], title?: string): Promise<void> {
  await page.getByRole('button', { name: 'New conversation' }).click();
  for (const name of people) {
    await page.getByLabel('Search people').fill(name);
    await page.getByTestId('person').filter({ hasText: name }).click();
  }
  if (title !== undefined) await page.getByLabel('Group name').fill(title);
  await page
    .getByRole('button', { name: title === undefined ? 'Start conversation' : 'Create group' })
    .click();
  await composer(page).waitFor();
}

const composer = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' });
const row = (page: Page, title: string): Locator =>
  page.getByTestId('conversation').filter({ hasText: title });
const message = (page: Page, text: string): Locator => page.getByTestId('message').filter({ hasText: text });
const shown = (page: Page): Promise<string[]> => page.getByTestId('message-text').allTextContents();
const isFocused = (element: Element): boolean => element === document.activeElement;

async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press('Enter');
}

describe('two people, each in a browser of their own,', () => {
  test('talk alone and in a group, and see at once what the other one writes, changes and takes back', async () => {
    const [ada, grace] = await Promise.all([newcomer('ada'), newcomer('grace')]);
    await begin(ada, ['grace']);
    await say(ada, 'just us two');
    await row(grace, 'ada').click();
    await message(grace, 'just us two').waitFor();
    await say(grace, 'so it is');
    await message(ada, 'so it is').waitFor();

    await begin(grace, ['ada', 'linus'], 'A group');
    await row(ada, 'A group').click();
    await say(grace, 'with a tpyo');
    await message(ada, 'with a tpyo').waitFor();
    await message(grace, 'with a tpyo').and(grace.locator('[data-state=stored]')).waitFor();
    await composer(grace).press('ArrowUp');
    await grace.getByRole('textbox', { name: 'Edit message' }).fill('with a typo');
    await grace.keyboard.press('Enter');
    await message(ada, 'with a typo').filter({ hasText: 'edited' }).waitFor();
    await message(grace, 'with a typo').click({ button: 'right' });
    await grace.getByRole('menuitem', { name: 'Delete message' }).click();
    await grace.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await message(ada, 'Message deleted').waitFor();
    expect(await shown(ada)).not.toContain('with a typo');
    await ada.getByTestId('conversation').filter({ hasNotText: 'A group' }).click();
    await expect.poll(() => shown(ada)).toEqual(['just us two', 'so it is']);
  });

  test('lose the network, write on, and have everything in one order once they are back', async () => {
    const [ada, grace] = await Promise.all([
      newcomer('barbara', { baseURL: tunnel.url }),
      newcomer('cynthia'),
    ]);
    await begin(ada, ['cynthia']);
    await say(ada, 'before');
    await row(grace, 'barbara').click();
    await message(grace, 'before').waitFor();
    // A browser that only plays to be offline keeps what is open, opens more, and may not say that something was closed.
    tunnel.route([]);
    tunnel.cut();
    await ada.context().setOffline(true);
    await say(ada, 'in a tunnel');
    await message(ada, 'in a tunnel').and(ada.locator('[data-state=sending]')).waitFor();
    await say(grace, 'are you there?');
    await ada.getByTestId('connection-banner').waitFor();
    expect(await shown(ada)).toEqual(['before', 'in a tunnel']);
    tunnel.route([port]);
    await ada.context().setOffline(false);
    const all = ['before', 'are you there?', 'in a tunnel'];
    await expect.poll(() => shown(grace)).toEqual(all);
    await expect.poll(() => shown(ada)).toEqual(all);
    await expect.poll(() => ada.getByTestId('connection-banner').count()).toBe(0);
  });

  test('are told nothing of a connection that is back after a blink', async () => {
    const ada = await newcomer('dorothy');
    const banners = await ada.evaluateHandle(() => {
      const seen: string[] = [];
      new MutationObserver(() => {
        const banner = document.querySelector('[data-testid=connection-banner]');
        if (banner !== null) seen.push(banner.textContent);
      }).observe(document.body, { childList: true, subtree: true });
      return seen;
    });
    await begin(ada, ['linus']);
    const again = ada.waitForEvent('websocket');
    balancer.cut();
    await say(ada, 'it was nothing');
    await again;
    await message(ada, 'it was nothing').and(ada.locator('[data-state=stored]')).waitFor();
    expect(await banners.jsonValue()).toEqual([]);
  });

  test('sign in on a second device, which the first one ends', async () => {
    const first = await newcomer('edith');
    const context = await browser.newContext({ baseURL: balancer.url });
    onTestFinished(() => context.close());
    const second = await context.newPage();
    await second.goto('/settings/appearance');
    await signIn(second, 'edith', password);
    await second.getByText('Dark', { exact: true }).click();
    await expect.poll(() => second.locator('html').getAttribute('data-theme')).toBe('dark');
    expect(await first.locator('html').getAttribute('data-theme')).toBeNull();
    await first.goto('/settings/security');
    await first.getByRole('button', { name: /^End session/ }).click();
    await second.getByLabel('E-mail or username').waitFor();
    await first.getByRole('heading', { level: 1 }).waitFor();
  });
});

describe('on a phone', () => {
  test('the list and a conversation take turns, by the button and by the browser’s own', async () => {
    const page = await newcomer('phone', phone);
    await begin(page, ['linus', 'radia'], 'Pocket');
    await say(page, 'from the pocket');
    await page.getByRole('link', { name: 'Back to your chats' }).tap();
    await row(page, 'Pocket').waitFor();
    expect(await page.getByTestId('timeline').count()).toBe(0);
    await row(page, 'Pocket').tap();
    await message(page, 'from the pocket').waitFor();
    expect(await row(page, 'Pocket').isVisible()).toBe(false);
    await page.goBack();
    await row(page, 'Pocket').waitFor();
    expect(await page.getByTestId('timeline').count()).toBe(0);
    await page.goForward();
    await message(page, 'from the pocket').waitFor();
    // What was closed is not come back to.
    const pane = page.locator('aside');
    await page.getByRole('button', { name: 'Details' }).tap();
    await pane.getByRole('heading', { name: 'Details' }).waitFor();
    await pane.getByRole('button', { name: 'Close' }).tap();
    await pane.waitFor({ state: 'detached' });
    await page.goBack();
    await row(page, 'Pocket').waitFor();
    expect(await page.getByTestId('timeline').count()).toBe(0);
    // At an address with a pane there is nothing to go back to.
    await page.goForward();
    await message(page, 'from the pocket').waitFor();
    await page.goto(`${page.url()}?pane=details`);
    await pane.getByRole('button', { name: 'Close' }).tap();
    await pane.waitFor({ state: 'detached' });
    await message(page, 'from the pocket').waitFor();
  });

  test('turned, the list stands beside what was opened by its address, and beside the settings', async () => {
    const page = await newcomer('turner', phone);
    await begin(page, ['linus', 'radia'], 'Sideways');
    await say(page, 'look at this');
    await page.reload();
    await message(page, 'look at this').waitFor();
    expect(await row(page, 'Sideways').isVisible()).toBe(false);
    await page.setViewportSize({ width: 844, height: 390 });
    await row(page, 'Sideways').waitFor();
    await say(page, 'and at this');
    await row(page, 'Sideways').filter({ hasText: 'and at this' }).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => row(page, 'Sideways').isVisible()).toBe(false);
    await page.goto('/settings');
    await page.getByRole('link', { name: 'Profile' }).waitFor();
    await page.setViewportSize({ width: 844, height: 390 });
    await page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor();
  });

  test('the composer and the latest message stay above the keyboard', async () => {
    const page = await newcomer('thumbs', phone);
    await begin(page, ['linus']);
    for (let n = 1; n <= 12; n += 1) await say(page, `line ${n}\nand more of it`);
    await message(page, 'line 12').and(page.locator('[data-state=stored]')).waitFor();
    // The page takes what the keyboard leaves of the screen: see the viewport in index.html.
    await page.setViewportSize({ width: 390, height: 460 });
    const bottom = (of: Locator) => of.evaluate((element) => element.getBoundingClientRect().bottom);
    await expect.poll(() => bottom(composer(page))).toBeLessThanOrEqual(460);
    await expect.poll(() => bottom(message(page, 'line 12'))).toBeLessThanOrEqual(460);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});

test('from right to left, everything is mirrored but what others wrote', async () => {
  const page = await newcomer('rtl');
  await begin(page, ['linus']);
  await say(page, 'left to right');
  await page.goto('/settings/appearance');
  await page.getByText('العربية', { exact: true }).click();
  await expect.poll(() => page.locator('html').getAttribute('dir')).toBe('rtl');
  await page.goBack();
  await message(page, 'left to right').waitFor();
  const list = await page.getByTestId('conversation').first().boundingBox();
  const timeline = await page.getByTestId('timeline').boundingBox();
  expect(list?.x).toBeGreaterThan(timeline?.x ?? Infinity);
  const text = page.getByTestId('message-text').filter({ hasText: 'left to right' });
  expect(await text.evaluate((element) => getComputedStyle(element).direction)).toBe('ltr');
  await page.getByRole('textbox', { name: 'رسالة' }).fill('من اليمين إلى اليسار');
  await page.keyboard.press('Enter');
  const arabic = page.getByTestId('message-text').filter({ hasText: 'اليسار' });
  await arabic.waitFor();
  expect(await arabic.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
});

/** Goes on to an element by the keyboard, as far as one would. */
async function tabTo(page: Page, to: Locator): Promise<void> {
  await to.waitFor();
  for (let presses = 0; presses < 12 && !(await to.evaluate(isFocused)); presses += 1) {
    await page.keyboard.press('Tab');
  }
  expect(await to.evaluate(isFocused)).toBe(true);
}

test('an account is made, a conversation begun and a message sent by the keyboard alone', async () => {
  const context = await browser.newContext({ baseURL: balancer.url });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto('/register');
  for (const [label, value] of [
    ['E-mail', 'keys@example.com'],
    ['Username', 'keys'],
    ['Password', password],
  ] as const) {
    await tabTo(page, page.getByLabel(label));
    await page.keyboard.type(value);
  }
  await page.keyboard.press('Enter');
  await page.getByTestId('account').waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').waitFor();
  await page.keyboard.type('new conv');
  await page.getByTestId('palette-option').filter({ hasText: 'New conversation' }).waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByLabel('Search people').evaluate(isFocused)).toBe(true);
  await page.keyboard.type('linus');
  await tabTo(page, page.getByTestId('person').filter({ hasText: 'linus' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: 'Start conversation' }));
  await page.keyboard.press('Enter');
  await composer(page).waitFor();
  await expect.poll(() => composer(page).evaluate(isFocused)).toBe(true);
  await page.keyboard.type('look, no mouse');
  await page.keyboard.press('Enter');
  await message(page, 'look, no mouse').and(page.locator('[data-state=stored]')).waitFor();
});
