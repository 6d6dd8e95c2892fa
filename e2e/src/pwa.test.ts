import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testParley, type TestParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Balancer, startBalancer } from './balancer.ts';
import { launchChromium, launchInstalled } from './browser.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { keptApp, signIn } from './web-app.ts';
import { password, signUp } from './sign-up.ts';

const built = fileURLToPath(new URL('../../apps/web/dist/', import.meta.url));
const resources = new AsyncDisposableStack();
let parley: TestParley;
let balancer: Balancer;
let webRoot: string;
let server: ServerProcess;
let browser: Browser;
let grace: ParleyClient;

beforeAll(async () => {
  parley = resources.use(await testParley());
  balancer = resources.use(await startBalancer());
  webRoot = await temporaryFolder();
  await cp(built, webRoot, { recursive: true });
  // What is changed below is changed in one file.
  for (const name of await readdir(webRoot, { recursive: true })) {
    if (/\.(?:br|gz)$/.test(name)) await rm(join(webRoot, name));
  }
  await startServer();
  resources.defer(() => server[Symbol.asyncDispose]());
  browser = resources.adopt(await launchChromium(), (launched) => launched.close());
  grace = resources.adopt(createClient({ url: balancer.url }), (client) => client.close());
  await signUp(parley, grace, 'grace');
});
afterAll(() => resources.disposeAsync());

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-pwa-'));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function startServer(): Promise<void> {
  const env = { CORS_ORIGIN: balancer.url, WEB_ROOT: webRoot };
  server = await startServerProcess({ databaseUrl: parley.connectionString, env });
  balancer.route([server.port]);
}

async function killServer(): Promise<void> {
  balancer.route([]);
  balancer.cut();
  await server.kill();
}

/** Somebody new, signed in in a page of a browser, in a conversation with Grace; the app is kept there. */
async function somebody(username: string, context: BrowserContext): Promise<{ page: Page; room: string }> {
  using client = createClient({ url: balancer.url });
  const { id } = await signUp(parley, client, username);
  const { id: room } = await grace.conversations.create({ participantIds: [id], title: 'Kept' });
  await grace.messages.send({ conversationId: room, content: 'said before' });
  const page = await openPage(context);
  await signIn(page, username, password);
  await page.getByTestId('conversation').filter({ hasText: 'Kept' }).click();
  await said(page, 'said before').waitFor();
  await keptApp(page);
  return { page, room };
}

async function openPage(context: BrowserContext, path = '/'): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(path);
  return page;
}

async function newContext(): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: balancer.url });
  onTestFinished(() => context.close());
  return context;
}

const said = (page: Page, text: string) => page.getByTestId('message-text').filter({ hasText: text });

/** What stands in the composer. */
const written = (page: Page) => page.getByRole('textbox', { name: 'Message' }).inputValue();

async function write(page: Page, text: string): Promise<void> {
  const composer = page.getByRole('textbox', { name: 'Message' });
  await composer.fill(text);
  await composer.press('Enter');
  await said(page, text).waitFor();
}

/** The texts of a conversation, as they are stored. */
async function stored(room: string): Promise<string[]> {
  const { messages } = await grace.messages.list({ conversationId: room });
  return messages.filter(({ messageType }) => messageType === 'text').map(({ content }) => content);
}

describe('the app', () => {
  test('can be installed', async () => {
    const context = await newContext();
    const page = await openPage(context);
    const devtools = await context.newCDPSession(page);
    const { url, errors, data = '' } = await devtools.send('Page.getAppManifest');
    expect([url, errors]).toEqual([`${balancer.url}/app.webmanifest`, []]);
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
    // What is private is never installed, whatever it is.
    expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito']);
    const { icons, shortcuts } = JSON.parse(data);
    const paths = [
      ...icons.map(({ src }: { src: string }) => src),
      ...shortcuts.map((of: { url: string }) => of.url),
    ];
    const headers = { accept: 'text/html,*/*' };
    const answers = paths.map((path) => context.request.get(path, { headers }));
    expect((await Promise.all(answers)).map((answer) => answer.status())).toEqual(paths.map(() => 200));
  });

  test('is kept by a browser: what is written without a server survives closing it, and arrives once', async () => {
    const folder = await temporaryFolder();
    const options = { baseURL: balancer.url };
    const before = await launchInstalled(folder, options);
    const { page, room } = await somebody('ada', before);
    await killServer();
    await write(page, 'without a server');
    await page.getByTestId('send-waiting').getByText('Waiting for the connection').waitFor();
    const banner = page.getByTestId('connection-banner');
    await banner.getByText('The server cannot be reached').waitFor();
    await before.close();

    const between = await launchInstalled(folder, options);
    await between.setOffline(true);
    const offline = await openPage(between, `/c/${room}`);
    await said(offline, 'said before').waitFor();
    await said(offline, 'without a server').waitFor();
    await write(offline, 'without a network');
    await offline.getByTestId('connection-banner').getByText('You are offline').waitFor();
    await offline.getByRole('textbox', { name: 'Message' }).fill('half a thought');
    await offline.reload();
    await expect.poll(() => written(offline)).toBe('half a thought');
    await offline.close();
    await startServer();
    expect(await stored(room)).toEqual(['said before']);
    await between.close();

    const after = await launchInstalled(folder, options);
    onTestFinished(() => after.close());
    const back = await openPage(after, `/c/${room}`);
    const all = ['said before', 'without a server', 'without a network'];
    await expect.poll(() => stored(room)).toEqual(all);
    await expect.poll(() => back.locator('[data-state=sending]').count()).toBe(0);
    await back.reload();
    await said(back, 'without a network').waitFor();
    expect(await back.getByTestId('message-text').allTextContents()).toEqual(all);
    expect(await stored(room)).toEqual(all);
    await expect.poll(() => written(back)).toBe('half a thought');
  });
});

/** Puts another version of the app on the server; only its worker at first, as while servers are replaced. */
async function release(): Promise<{ rest: () => Promise<void> }> {
  const digest = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
  const file = (name: string) => join(webRoot, name);
  const page = await readFile(file('index.html'), 'utf8');
  const worker = await readFile(file('sw.js'), 'utf8');
  const next = page.replace('<html ', '<html data-release="next" ');
  expect(worker).toContain(digest(page));
  const version = /"[0-9a-f]{16}"|`[0-9a-f]{16}`/;
  expect(worker).toMatch(version);
  const changed = worker.replace(digest(page), digest(next)).replace(version, '"0123456789abcdef"');
  await writeFile(file('sw.js'), changed);
  return { rest: () => writeFile(file('index.html'), next) };
}

const releaseOf = (page: Page) => page.evaluate(() => document.documentElement.dataset['release'] ?? 'first');
const lookForNewer = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update();
    const { installing } = registration;
    if (installing === null) return registration.waiting?.state;
    await new Promise((resolve) => installing.addEventListener('statechange', resolve, { once: true }));
    return installing.state;
  });

test('a newer version is offered once all of it is there, and shown when that is wanted', async () => {
  const context = await newContext();
  const { page } = await somebody('barbara', context);
  const other = await openPage(context);
  const { rest } = await release();
  expect(await lookForNewer(page)).toBe('redundant');
  expect(await page.getByTestId('update-banner').count()).toBe(0);
  await rest();
  expect(await lookForNewer(page)).toBe('installed');
  await page.getByTestId('update-banner').waitFor();
  await other.getByTestId('update-banner').waitFor();
  await page.reload();
  expect(await releaseOf(page)).toBe('first');
  await page.getByTestId('update-banner').getByRole('button', { name: 'Reload' }).click();
  await expect.poll(() => releaseOf(page).catch(() => '')).toBe('next');
  await said(page, 'said before').waitFor();
  expect(await page.getByTestId('update-banner').count()).toBe(0);
  // The other page goes on as it is, and has what it still lacks.
  expect(await releaseOf(other)).toBe('first');
  await other.getByTestId('account').getByRole('button').click();
  await other.getByRole('menuitem', { name: 'Settings' }).click();
  await other.getByRole('heading', { level: 1 }).waitFor();
});
