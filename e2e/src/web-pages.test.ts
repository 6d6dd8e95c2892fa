import { type TestParley, testParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { launchChromium } from './browser.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { signIn, signOut } from './web-app.ts';
import { password, signUp } from './sign-up.ts';

const resources = new AsyncDisposableStack();
let parley: TestParley;
let server: ServerProcess;
let browser: Browser;
let grace: ParleyClient;
let graceId: string;

beforeAll(async () => {
  parley = resources.use(await testParley());
  server = resources.use(
    await startServerProcess({ databaseUrl: parley.connectionString, env: { CONNECTS_PER_SECOND: '100' } }),
  );
  browser = resources.adopt(await launchChromium(), (launched) => launched.close());
  grace = resources.adopt(createClient({ url: server.url }), (client) => client.close());
  graceId = (await signUp(parley, grace, 'grace')).id;
});
afterAll(() => resources.disposeAsync());

async function openPage(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(path);
  return page;
}

/** Somebody new, at an address of the app. */
async function somebody(username: string, path: string, options?: BrowserContextOptions) {
  const client = createClient({ url: server.url });
  onTestFinished(() => client.close());
  const { id } = await signUp(parley, client, username);
  const page = await openPage(path, options);
  await signIn(page, username, password);
  return { client, id, page };
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const isFocused = (page: Page, name: string) =>
  heading(page, name).evaluate((element) => element === document.activeElement);

/** The tokens in the links of mails about something, as the server in development writes them to its log. */
function mailedTokens(path: string): string[] {
  return [...server.output().matchAll(new RegExp(`/${path}#token=([\\w-]+)`, 'g'))].map(
    ([, token]) => token ?? '',
  );
}

/** The token of the latest mail, once there have been so many. */
async function mailedToken(path: string, mails: number): Promise<string> {
  await expect.poll(() => mailedTokens(path).length, { timeout: 10_000 }).toBe(mails);
  return mailedTokens(path).at(-1) ?? '';
}

describe('addresses', () => {
  test('lead where they say, after signing in too, and nowhere else', async () => {
    const { id, page } = await somebody('paths', '/settings/privacy');
    await heading(page, 'Privacy').waitFor();
    expect(page.url()).toBe(`${server.url}/settings/privacy`);
    expect(await isFocused(page, 'Privacy')).toBe(true);
    await page.goto('/sign-in?to=//evil.test/');
    await page.getByTestId('account').waitFor();
    expect(page.url()).toBe(`${server.url}/`);
    const { id: room } = await grace.conversations.create({ participantIds: [id], title: 'Addresses' });
    await page.goto(`/c/${room}?pane=constructor`);
    await expect.poll(() => page.getByTestId('conversation-title').textContent()).toBe('Addresses');
    await page.goto('/nowhere/at/all');
    await page.getByText('There is nothing at this address.').waitFor();
    await page.getByRole('link', { name: 'Back to your chats' }).click();
    await page.getByTestId('account').waitFor();
  });
});

/** The scripts of the build a page has asked for, by their names without folder and ending. */
const scripts = (page: Page) =>
  page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => /\/assets\/([^/]+)\.js$/.exec(name)?.[1])
      .filter((name) => name !== undefined),
  );

test('whoever is signed in has what shows conversations fetched beside the app, and strangers have not', async () => {
  const options: BrowserContextOptions = { serviceWorkers: 'block' };
  const { page } = await somebody('ahead', '/sign-in', options);
  await page.getByTestId('account').waitFor();
  const told =
    (await page.locator('script[data-signed-in]').getAttribute('data-signed-in'))?.split(' ') ?? [];
  expect(told.length).toBeGreaterThan(2);
  // What the app asks for itself it asks for only once it runs.
  const app = /\/assets\/app-[^/]+\.js$/;
  await page.route(app, (route) => route.abort());
  await page.goto('/');
  await expect.poll(() => scripts(page)).toEqual(expect.arrayContaining(told));
  await page.unroute(app);
  await page.goto('/');
  await page.getByTestId('account').waitFor();
  const shown = await scripts(page);
  expect(shown).toEqual([...new Set(shown)]);

  const stranger = await openPage('/sign-in', options);
  await stranger.locator('input[name=login]').waitFor();
  const needed = await scripts(stranger);
  expect(needed.length).toBeGreaterThan(2);
  expect(needed.filter((name) => name.startsWith('conversation'))).toEqual([]);
});

const appearsOffline = (page: Page) =>
  page.getByRole('switch', { name: 'Appear offline' }).getAttribute('aria-checked');

describe('the settings', () => {
  test('change how others see one', async () => {
    const { client, page } = await somebody('profile', '/settings');
    await heading(page, 'Profile').waitFor();
    await page.getByLabel('Display name').fill('Somebody Else');
    await page.getByLabel('Username').fill('grace');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('This username is taken.').waitFor();
    await page.getByLabel('Username').fill('profile-2');
    await page.getByLabel('Picture').fill('https://example.com/me.png');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    expect(await client.auth.me()).toMatchObject({
      username: 'profile-2',
      displayName: 'Somebody Else',
      avatar: 'https://example.com/me.png',
    });
  });

  test('change the password, list sessions and end them', async () => {
    const { client, page } = await somebody('sessions', '/settings/security');
    await page.getByLabel('Current password').fill('not mine at all');
    await page.getByLabel('New password', { exact: true }).fill(`${password}, new`);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('That is not your password.').waitFor();
    await page.getByLabel('Current password').fill(password);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Your password is changed.').waitFor();
    // Which ended all others, the client's for one.
    await client.auth.login({ email: 'sessions', password: `${password}, new` });
    using third = createClient({ url: server.url });
    await third.auth.login({ email: 'sessions', password: `${password}, new` });
    await page.reload();
    await expect.poll(() => page.getByTestId('session').count()).toBe(3);
    await page
      .getByRole('button', { name: /^End session:/ })
      .first()
      .click();
    await expect.poll(() => page.getByTestId('session').count()).toBe(2);
    await page.getByRole('button', { name: 'End all other sessions' }).click();
    await expect.poll(() => page.getByTestId('session').count()).toBe(1);
    await expect(client.auth.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('keep to oneself when one was there, and take blocks back', async () => {
    const { client, page } = await somebody('private', '/settings/privacy');
    await client.blocks.add({ userId: graceId });
    await page.getByTestId('blocked').filter({ hasText: 'grace' }).waitFor();
    await page.getByRole('button', { name: 'Unblock' }).click();
    await page.getByText('You have blocked nobody.').waitFor();
    await page.getByRole('switch', { name: 'Show when I was last online' }).click();
    await page.getByRole('switch', { name: 'Appear offline' }).click();
    await expect
      .poll(async () => client.auth.me())
      .toMatchObject({ lastSeenVisible: 'nobody', appearsOffline: true, isOnline: false });
    await page.reload();
    await expect.poll(() => appearsOffline(page)).toBe('true');
  });

  test('do not take somebody whose device is not known yet for one who wants to appear offline', async () => {
    const database = new Client({ connectionString: parley.connectionString });
    onTestFinished(() => database.end());
    await database.connect();
    await database.query('begin');
    // Until this ends, no device is written down.
    await database.query('lock table presence_leases in exclusive mode');
    const { client, page } = await somebody('arriving', '/settings/privacy');
    const offline = page.getByRole('switch', { name: 'Appear offline' });
    await expect.poll(() => offline.isEnabled()).toBe(true);
    expect(await client.auth.me()).toMatchObject({ isOnline: false, appearsOffline: false });
    expect(await appearsOffline(page)).toBe('false');
    await offline.click();
    await expect.poll(() => appearsOffline(page)).toBe('true');
    expect(await client.auth.me()).toMatchObject({ appearsOffline: true });
  });

  test('choose a theme and a language for this device', async () => {
    const { page } = await somebody('looks', '/settings/appearance', { colorScheme: 'light' });
    const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    await heading(page, 'Appearance').waitFor();
    expect(await scheme()).toBe('light dark');
    await page.getByText('Dark', { exact: true }).click();
    expect(await scheme()).toBe('dark');
    await page.getByText('العربية').click();
    await heading(page, 'المظهر').waitFor();
    await page.reload();
    await heading(page, 'المظهر').waitFor();
    expect(await scheme()).toBe('dark');
    const spoken = await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]);
    expect(spoken).toEqual(['ar', 'rtl']);
    await page.goto('/');
    const box = await page.getByTestId('account').boundingBox();
    expect(box?.x).toBeGreaterThan(600);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(1280);
  });

  test('hand out what there is of oneself, and delete the account', async () => {
    const { client, page } = await somebody('leaving', '/settings/data');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ type: 'export' });
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ type: 'end' });
    await page.getByRole('button', { name: 'Delete account' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Your password').fill('not mine at all');
    await dialog.getByRole('button', { name: 'Delete account' }).click();
    await dialog.getByText('That is not your password.').waitFor();
    await dialog.getByLabel('Your password').fill(password);
    await dialog.getByRole('button', { name: 'Delete account' }).click();
    await heading(page, 'Sign in to Parley').waitFor();
    await expect(client.auth.login({ email: 'leaving', password })).rejects.toMatchObject({
      code: 'WRONG_CREDENTIALS',
    });
  });
});

describe('links in mails', () => {
  test('choose a new password', async () => {
    const { page } = await somebody('forgetful', '/');
    await page.getByTestId('account').waitFor();
    await signOut(page);
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await heading(page, 'Choose a new password').waitFor();
    await page.getByLabel('E-mail').fill('forgetful@example.com');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByText('a link is on its way').waitFor();
    const link = `/reset-password#token=${await mailedToken('reset-password', 1)}`;
    await page.goto(link);
    await page.getByLabel('New password', { exact: true }).fill('password');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.locator('[aria-invalid=true]').waitFor();
    await page.getByLabel('New password', { exact: true }).fill(`${password}, better`);
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByText('Your password is set.').waitFor();
    await signIn(page, 'forgetful', `${password}, better`);
    await page.getByTestId('account').waitFor();
    const again = await openPage(link);
    await again.getByLabel('New password', { exact: true }).fill(`${password}, once more`);
    await again.getByRole('button', { name: 'Set the password' }).click();
    await again.getByText('This link is not good any more.').waitFor();
    expect(await again.getByTestId('account').count()).toBe(0);
  });

  test('verify an address at once, and once', async () => {
    const { client, page } = await somebody('verifying', '/settings/profile');
    await page.getByText('Not verified').waitFor();
    await page.getByRole('button', { name: 'Send a link to verify it' }).click();
    await page.getByText('Another mail is on its way.').waitFor();
    const link = `/verify-email#token=${await mailedToken('verify-email', 1)}`;
    await page.goto(link);
    await page.getByText('Your e-mail address is verified.').waitFor();
    expect(await client.auth.me()).toMatchObject({ emailVerified: true });
    const again = await openPage(link);
    await again.getByText('This link is not good any more.').waitFor();
  });
});
