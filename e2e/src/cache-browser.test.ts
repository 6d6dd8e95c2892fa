import { type TestParley, testParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Balancer, startBalancer } from './balancer.ts';
import { launchChromium } from './browser.ts';
import { startServerProcess } from './server-process.ts';
import { keptApp, signIn, signOut } from './web-app.ts';
import { password, signUp } from './sign-up.ts';

const resources = new AsyncDisposableStack();
let parley: TestParley;
let balancer: Balancer;
let port: number;
let browser: Browser;
let grace: ParleyClient;

beforeAll(async () => {
  parley = resources.use(await testParley());
  balancer = resources.use(await startBalancer());
  const settings = { databaseUrl: parley.connectionString, env: { CORS_ORIGIN: balancer.url } };
  ({ port } = resources.use(await startServerProcess(settings)));
  browser = resources.adopt(await launchChromium(), (launched) => launched.close());
  grace = resources.adopt(createClient({ url: `http://127.0.0.1:${port}` }), (client) => client.close());
  await signUp(parley, grace, 'grace');
});
afterAll(() => resources.disposeAsync());

/** The server cannot be reached. */
function away(): void {
  balancer.route([]);
  balancer.cut();
}

/** Somebody new in a page of their own, in a conversation with Grace who has said something; all of it is kept. */
async function reader(username: string): Promise<{ page: Page; room: string; userId: string }> {
  balancer.route([port]);
  using client = createClient({ url: balancer.url });
  const { id: userId } = await signUp(parley, client, username);
  const { id: room } = await grace.conversations.create({ participantIds: [userId], title: 'Kept' });
  await grace.messages.send({ conversationId: room, content: 'said before' });
  const context = await browser.newContext({ baseURL: balancer.url });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto('/');
  await signIn(page, username, password);
  await page.getByTestId('conversation').filter({ hasText: 'Kept' }).click();
  await said(page, 'said before').waitFor();
  await expect.poll(() => keysOf(page, '/cache/')).toEqual([expect.stringContaining(room)]);
  await keptApp(page);
  // As it is when the app is hidden: what was shown last is kept at once.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  return { page, room, userId };
}

const said = (page: Page, text: string) => page.getByTestId('message-text').filter({ hasText: text });

/** The keys in a page's IndexedDB that hold a text. */
function keysOf(page: Page, text: string): Promise<string[]> {
  return page.evaluate(async (part) => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(new Error('unable to read IndexedDB')));
      });
    const database = await settled(indexedDB.open('parley'));
    const keys = await settled(database.transaction('values').objectStore('values').getAllKeys());
    database.close();
    return keys.map(String).filter((key) => key.includes(part));
  }, text);
}

describe('an app that is opened again', () => {
  test('shows conversations and messages before the server can be reached, and goes on once it can', async () => {
    const { page, room } = await reader('ada');
    away();
    await page.reload();
    await page.getByTestId('conversation').filter({ hasText: 'Kept' }).waitFor();
    await said(page, 'said before').waitFor();
    await page.getByTestId('connection-banner').waitFor();
    await grace.messages.send({ conversationId: room, content: 'said meanwhile' });
    expect(await said(page, 'said meanwhile').count()).toBe(0);
    balancer.route([port]);
    // The pause before the next attempt is up to 15 s by then.
    await said(page, 'said meanwhile').waitFor({ timeout: 25_000 });
    expect(await page.getByTestId('message-text').allTextContents()).toEqual([
      'said before',
      'said meanwhile',
    ]);
  });

  test('has nothing left of somebody who signed out', async () => {
    const { page, userId } = await reader('barbara');
    away();
    await page.reload();
    await said(page, 'said before').waitFor();
    await signOut(page);
    await page.getByLabel('E-mail or username').waitFor();
    await expect.poll(() => keysOf(page, userId)).toEqual([]);
    await page.reload();
    await page.getByLabel('E-mail or username').waitFor();
    expect(await page.getByTestId('conversation').count()).toBe(0);
  });

  test('has nothing left to show of a session that was ended elsewhere, in any tab, but what is unsent', async () => {
    const { page, userId } = await reader('cynthia');
    const tab = await page.context().newPage();
    await tab.goto('/');
    await tab.getByTestId('conversation').filter({ hasText: 'Kept' }).waitFor();
    away();
    const composer = page.getByRole('textbox', { name: 'Message' });
    await composer.fill('never sent');
    await composer.press('Enter');
    await expect.poll(() => keysOf(page, '/outbox/')).toHaveLength(1);
    using elsewhere = createClient({ url: `http://127.0.0.1:${port}` });
    await elsewhere.auth.login({ email: 'cynthia', password });
    await elsewhere.auth.changePassword({ currentPassword: password, newPassword: `${password}, changed` });
    balancer.route([port]);
    for (const each of [page, tab]) {
      await each.getByLabel('E-mail or username').waitFor({ timeout: 20_000 });
    }
    await expect.poll(() => keysOf(page, userId)).toEqual([expect.stringContaining('/outbox/')]);
  });
});
