import { testParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../browser.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';
import { hostileNames, hostileTexts, mark } from './hostile-texts.ts';
import { signIn } from '../web-app.ts';
import { password, signUp } from '../sign-up.ts';

const longestTitle = 120;

const resources = new AsyncDisposableStack();
let server: ServerProcess;
let grace: ParleyClient;
let room: string;
let titled: string[];
let page: Page;
/** What a page may do when something in it ran: dialogs, pages, requests to elsewhere. */
const done: string[] = [];

beforeAll(async () => {
  const parley = resources.use(await testParley());
  server = resources.use(await startServerProcess({ databaseUrl: parley.connectionString }));
  const client = () => resources.adopt(createClient({ url: server.url }), (opened) => opened.close());
  const ada = client();
  grace = client();
  const { id: adaId } = await signUp(parley, ada, 'ada');
  await grace.auth.register({
    email: 'grace@example.com',
    username: 'grace',
    password,
    displayName: `<img src=x onerror=window.${mark}=true>`,
  });
  room = (await grace.conversations.create({ participantIds: [adaId], title: 'Room' })).id;
  for (const content of hostileTexts) await grace.messages.send({ conversationId: room, content });
  titled = hostileNames(longestTitle).slice(0, 12);
  for (const title of titled) await grace.conversations.create({ participantIds: [adaId], title });
  const browser: Browser = resources.adopt(await launchChromium(), (launched) => launched.close());
  page = await openPage(browser);
});
afterAll(() => resources.disposeAsync());

async function openPage(browser: Browser): Promise<Page> {
  // So tall that all of them are on screen: others are not in the page.
  const viewport = { width: 1280, height: 6_000 };
  const context = await browser.newContext({ baseURL: server.url, viewport });
  const opened = await context.newPage();
  opened.setDefaultTimeout(10_000);
  context.on('page', (other) => done.push(`opened ${other.url()}`));
  opened.on('dialog', (dialog) => {
    done.push(`asked ${dialog.message()}`);
    void dialog.dismiss();
  });
  opened.on('pageerror', (error) => done.push(`threw ${error.message}`));
  opened.on('request', (request) => {
    if (!request.url().startsWith(server.url)) done.push(`asked for ${request.url()}`);
  });
  opened.on('frameattached', () => done.push('made a frame'));
  // A policy that had to hold something back is a hole with a net under it.
  await opened.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => {
      console.error(`policy violated: ${violatedDirective}`);
    });
  });
  opened.on('console', (message) => {
    if (message.type() === 'error') done.push(`said ${message.text()}`);
  });
  await opened.goto('/');
  await signIn(opened, 'ada', password);
  await opened.getByTestId('conversation').first().waitFor();
  return opened;
}

async function expectNothingRan(): Promise<void> {
  expect(await page.evaluate((name) => name in globalThis, mark)).toBe(false);
  expect(done).toEqual([]);
}

/** What sets code apart is shown as what it means. */
const withoutCodeMarks = (text: string) => text.replaceAll(/^```html\n|\n```$|`/g, '');

test('security, text: what people write is stored and given back as it is', async () => {
  const { messages } = await grace.messages.list({ conversationId: room, limit: 100 });
  const written = messages.filter(({ messageType }) => messageType === 'text').map(({ content }) => content);
  expect(written).toEqual(hostileTexts);
});

test('security, text: a browser shows what people write as text, to the letter, and runs nothing of it', async () => {
  await page.goto(`/c/${room}`);
  const texts = page.getByTestId('message-text');
  await expect.poll(() => texts.count(), { timeout: 10_000 }).toBe(hostileTexts.length);
  expect(await texts.evaluateAll((all) => all.map((element) => element.textContent))).toEqual(
    hostileTexts.map(withoutCodeMarks),
  );
  const elements = await texts.evaluateAll((all) =>
    all.flatMap((element) => [...element.querySelectorAll('*')].map(({ tagName }) => tagName)),
  );
  expect(new Set(elements)).toEqual(new Set(['A', 'CODE']));
  await expectNothingRan();
});

test('security, text: links lead to http and https only, and take nothing of the page along', async () => {
  const links = page.getByTestId('message-text').getByRole('link');
  const found = await links.evaluateAll((all) =>
    all.map((link) => ({
      protocol: link instanceof HTMLAnchorElement ? link.protocol : '',
      rel: link.getAttribute('rel'),
      attributes: link.getAttributeNames().toSorted((a, b) => a.localeCompare(b)),
    })),
  );
  expect(found.length).toBeGreaterThan(3);
  for (const link of found) {
    expect(link).toMatchObject({
      protocol: expect.stringMatching(/^https?:$/),
      rel: expect.stringContaining('noopener'),
      attributes: ['data-tip', 'href', 'rel', 'target'],
    });
  }
});

test('security, text: titles, names and notices are text, too, and so is what is edited', async () => {
  const rows = page.getByTestId('conversation');
  await expect.poll(() => rows.count()).toBe(titled.length + 1);
  const shown = await rows.allTextContents();
  expect(titled.filter((title) => !shown.some((row) => row.includes(title)))).toEqual([]);
  // One that stands in no other.
  const title = titled.find((text) => text.startsWith('<input')) ?? '';
  await rows.filter({ hasText: title }).first().click();
  await expect.poll(() => page.getByTestId('conversation-title').textContent()).toBe(title);
  expect(await page.getByTestId('notice').first().textContent()).toContain('<img src=x onerror=');
  const own = hostileTexts[2] ?? '';
  const composer = page.getByRole('textbox', { name: 'Message' });
  await composer.fill(own);
  await composer.press('Enter');
  await page.getByTestId('message').filter({ hasText: own }).and(page.locator('[data-state=stored]')).hover();
  await page.getByRole('button', { name: 'Edit message' }).click();
  expect(await page.getByRole('textbox', { name: 'Edit message' }).inputValue()).toBe(own);
  await expectNothingRan();
});

test('security, text: an address of the app is no text of the page', async () => {
  for (const hash of [
    `#/c/<img src=x onerror=window.${mark}=true>`,
    `#javascript:window.${mark}=true`,
    '#/c/__proto__',
  ]) {
    await page.goto(`/?x=<script>window.${mark}=true</script>${hash}`);
    await page.getByTestId('conversation').first().waitFor();
  }
  await expectNothingRan();
});
