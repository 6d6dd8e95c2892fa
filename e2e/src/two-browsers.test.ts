import { type TestParley, testParley } from '@parley/engine/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Balancer, startBalancer } from './balancer.ts';
import { launchChromium } from './browser.ts';
import { type ServerProcess, startServerProcess, testRedisUrl } from './server-process.ts';
import { openRegistration } from './web-app.ts';

const password = 'a password for tests';
const arrivalMs = 1_000;

const resources = new AsyncDisposableStack();
let parley: TestParley;
let servers: [ServerProcess, ServerProcess];
let balancers: [Balancer, Balancer];
let browser: Browser;

beforeAll(async () => {
  parley = resources.use(await testParley());
  balancers = [resources.use(await startBalancer()), resources.use(await startBalancer())];
  const settings = {
    databaseUrl: parley.connectionString,
    redisUrl: testRedisUrl(),
    env: { CORS_ORIGIN: balancers.map(({ url }) => url).join(',') },
  };
  const [first, second] = await Promise.all([startServerProcess(settings), startServerProcess(settings)]);
  servers = [resources.use(first), resources.use(second)];
  balancers[0].route([first.port, second.port]);
  balancers[1].route([second.port, first.port]);
  browser = resources.adopt(await launchChromium(), (launched) => launched.close());
});
afterAll(() => resources.disposeAsync());

const texts = [
  'Hello, Grace. Grüße, señor, naïve façade.',
  'مرحبا بالعالم، كيف حالك اليوم؟',
  '你好,世界。今日は良い天気ですね。안녕하세요',
  '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 é (e + acute) 🇯🇵',
  'function f(a) {\n\tif (a < 1 && b > 2) {\n    return "${a}";\n\t}\n}',
  `<img src=x onerror="window.hacked = true"><script>window.hacked = true</script>&amp; </article>`,
  `Robert'); DROP TABLE messages; -- \\' " %s $1 \${x}`,
  `${'The quick brown fox. '.repeat(476)}Fin.`,
];

async function register(url: string, name: string): Promise<Page> {
  const context = resources.adopt(await browser.newContext({ baseURL: url }), (opened) => opened.close());
  const page = await context.newPage();
  await page.goto('/');
  await openRegistration(page);
  await page.getByLabel('E-mail').fill(`${name}@example.com`);
  await page.getByLabel('Username').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByTestId('account').waitFor();
  // Gone if the page is ever loaded again.
  await page.evaluate(() => Object.assign(window, { loadedOnce: true }));
  return page;
}

async function say(page: Page, text: string): Promise<void> {
  const composer = page.getByRole('textbox', { name: 'Message' });
  await composer.fill(text);
  await composer.press('Enter');
}

/** What a page shows of the conversation, in order: the text of every message. */
const shown = (page: Page) => page.getByTestId('message-text').allTextContents();

test('two people on two servers talk in every script; one server dies, and nothing is lost, doubled or reordered', async () => {
  const [ada, grace] = await Promise.all([
    register(balancers[0].url, 'ada'),
    register(balancers[1].url, 'grace'),
  ]);
  await ada.getByRole('button', { name: 'New conversation' }).click();
  await ada.getByLabel('Search people').fill('grace');
  await ada.getByTestId('person').click();
  await ada.getByRole('button', { name: 'Start conversation' }).click();
  await ada.getByTestId('timeline').waitFor();
  await grace.getByTestId('conversation').click();
  await grace.getByTestId('timeline').waitFor();

  const said: string[] = [];
  async function exchange(from: Page, to: Page, text: string): Promise<void> {
    await say(from, text);
    said.push(text);
    await expect.poll(() => shown(to), { timeout: arrivalMs, interval: 10 }).toEqual(said);
  }
  for (const [turn, text] of texts.entries()) {
    await (turn % 2 === 0 ? exchange(ada, grace, text) : exchange(grace, ada, text));
  }
  expect(await ada.evaluate(() => 'hacked' in window)).toBe(false);

  await servers[0].kill();
  for (let n = 0; n < 5; n += 1) {
    await say(grace, `while you were gone ${n}`);
    await say(ada, `written without a server ${n}`);
  }
  await expect.poll(() => shown(ada).then((all) => all.length), { timeout: 30_000 }).toBe(texts.length + 10);
  await expect.poll(() => grace.locator('[data-state=sending]').count()).toBe(0);
  await expect.poll(() => ada.locator('[data-state=sending]').count()).toBe(0);
  await expect.poll(() => shown(grace).then((all) => all.length)).toBe(texts.length + 10);

  const stored = await parley.db.selectFrom('messages').select('content').orderBy('position').execute();
  const order = stored.map(({ content }) => content);
  expect(order.slice(0, texts.length)).toEqual(texts);
  expect(new Set(order).size).toBe(texts.length + 10);
  for (const page of [ada, grace]) {
    expect(await shown(page)).toEqual(order);
    expect(await page.evaluate(() => 'loadedOnce' in window)).toBe(true);
  }
});
