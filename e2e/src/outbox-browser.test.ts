import { testParley, type TestParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Balancer, startBalancer } from './balancer.ts';
import { launchChromium } from './browser.ts';
import { startServerProcess } from './server-process.ts';
import { signIn, signOut } from './web-app.ts';
import { password, signUp } from './sign-up.ts';

const resources = new AsyncDisposableStack();
let parley: TestParley;
let balancer: Balancer;
let port: number;
let browser: Browser;
let grace: ParleyClient;
let adaId: string;

beforeAll(async () => {
  parley = resources.use(await testParley());
  balancer = resources.use(await startBalancer());
  const settings = { databaseUrl: parley.connectionString, env: { CORS_ORIGIN: balancer.url } };
  ({ port } = resources.use(await startServerProcess(settings)));
  back();
  browser = resources.adopt(await launchChromium(), (launched) => launched.close());
  using ada = createClient({ url: balancer.url });
  adaId = (await signUp(parley, ada, 'ada')).id;
  grace = resources.adopt(createClient({ url: `http://127.0.0.1:${port}` }), (client) => client.close());
  await signUp(parley, grace, 'grace');
});
afterAll(() => resources.disposeAsync());

/** The server cannot be reached, or can be again. */
function away(): void {
  balancer.route([]);
  balancer.cut();
}
function back(): void {
  balancer.route([port]);
}

/** A browser in which Ada is signed in, and a conversation of hers and Grace's. */
async function adaInGroup(title: string): Promise<{ context: BrowserContext; room: string }> {
  back();
  const { id: room } = await grace.conversations.create({ participantIds: [adaId], title });
  const context = await browser.newContext({ baseURL: balancer.url });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto('/');
  await signIn(page, 'ada', password);
  await page.getByTestId('conversation').filter({ hasText: title }).waitFor();
  await page.close();
  return { context, room };
}

async function open(context: BrowserContext, title: string): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto('/');
  await page.getByTestId('conversation').filter({ hasText: title }).click();
  await page.getByTestId('timeline').waitFor();
  return page;
}

async function write(page: Page, text: string): Promise<void> {
  const composer = page.getByRole('textbox', { name: 'Message' });
  await composer.fill(text);
  await composer.press('Enter');
  await page.getByTestId('message').filter({ hasText: text }).waitFor();
}

/** The texts of a conversation, as they are stored. */
async function stored(room: string): Promise<string[]> {
  const rows = await parley.db
    .selectFrom('messages')
    .select('content')
    .where('conversation_id', '=', room)
    .where('type', '=', 'text')
    .orderBy('position')
    .execute();
  return rows.map(({ content }) => content);
}
/** How it goes with what a page's browser keeps unsent. */
function keptStatuses(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(new Error('unable to read IndexedDB')));
      });
    const database = await settled(indexedDB.open('parley'));
    const store = database.transaction('values').objectStore('values');
    const [keys, values] = await Promise.all([
      settled(store.getAllKeys()),
      settled<{ status: string }[]>(store.getAll()),
    ]);
    database.close();
    const isUnsent = (key: IDBValidKey | undefined) => typeof key === 'string' && key.includes('/outbox/');
    return values.filter((_, i) => isUnsent(keys[i])).map(({ status }) => status);
  });
}
const unsent = (page: Page) => page.locator('[data-state=sending]').count();

describe('what is written while the server is away', () => {
  test('arrives once and in order, though the page was closed meanwhile', async () => {
    const { context, room } = await adaInGroup('Closed');
    const before = await open(context, 'Closed');
    away();
    for (const text of ['one', 'two', 'three']) await write(before, text);
    await before.close();
    expect(await stored(room)).toEqual([]);
    back();
    const after = await open(context, 'Closed');
    await expect.poll(() => stored(room), { timeout: 20_000 }).toEqual(['one', 'two', 'three']);
    await expect.poll(() => unsent(after)).toBe(0);
    expect(await after.getByTestId('message-text').allTextContents()).toEqual(['one', 'two', 'three']);
  });

  test('is shown in every tab and sent by one; another takes over when that one is closed', async () => {
    const { context, room } = await adaInGroup('Tabs');
    const [first, second] = [await open(context, 'Tabs'), await open(context, 'Tabs')];
    away();
    await write(first, 'from the first');
    await second.getByTestId('message').filter({ hasText: 'from the first' }).waitFor();
    await write(second, 'from the second');
    await first.close();
    back();
    await expect.poll(() => stored(room), { timeout: 20_000 }).toEqual(['from the first', 'from the second']);
    await expect.poll(() => unsent(second)).toBe(0);
    expect(await second.getByTestId('message-text').allTextContents()).toEqual([
      'from the first',
      'from the second',
    ]);
  });

  test('waits and says so; once refused it says why, and can be sent again or discarded', async () => {
    const { context, room } = await adaInGroup('Refused');
    const page = await open(context, 'Refused');
    away();
    for (const text of ['again', 'discarded']) await write(page, text);
    await page.getByTestId('send-waiting').getByText('Waiting for the connection').first().waitFor();
    await grace.conversations.removeMember({ conversationId: room, userId: adaId });
    back();
    await expect.poll(() => keptStatuses(page), { timeout: 20_000 }).toEqual(['failed', 'failed']);
    expect(await stored(room)).toEqual([]);
    await grace.conversations.addMembers({ conversationId: room, userIds: [adaId] });
    await page.close();
    const after = await open(context, 'Refused');
    const failed = after.getByTestId('message').filter({ has: after.getByTestId('send-failed') });
    await failed.first().waitFor();
    expect(await after.getByTestId('send-failed').allInnerTexts()).toEqual(
      Array.from({ length: 2 }, () => expect.stringContaining('You are not in this conversation.')),
    );
    await failed.filter({ hasText: 'discarded' }).getByRole('button', { name: 'Discard' }).click();
    await failed.filter({ hasText: 'again' }).getByRole('button', { name: 'Retry' }).click();
    await expect.poll(() => stored(room), { timeout: 20_000 }).toEqual(['again']);
    await expect.poll(() => after.getByTestId('message-text').allTextContents()).toEqual(['again']);
    await expect.poll(() => keptStatuses(after)).toEqual([]);
  });

  test('is wiped by signing out', async () => {
    const { context, room } = await adaInGroup('Wiped');
    const page = await open(context, 'Wiped');
    away();
    await write(page, 'never to be sent');
    await signOut(page);
    await page.getByLabel('E-mail or username').waitFor();
    await page.close();
    back();
    const again = await context.newPage();
    await again.goto('/');
    await signIn(again, 'ada', password);
    await again.getByTestId('conversation').filter({ hasText: 'Wiped' }).click();
    await write(again, 'sent');
    await expect.poll(() => stored(room), { timeout: 20_000 }).toEqual(['sent']);
  });
});
