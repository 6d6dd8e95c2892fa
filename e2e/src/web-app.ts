import { type TestParley, testParley } from '@parley/engine/testing';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './browser.ts';
import { startServerProcess } from './server-process.ts';

/** Leads from where one signs in to where one makes an account. */
export async function openRegistration(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.getByRole('heading', { name: 'Create your account' }).waitFor();
}

/** Signs in where one is asked to, in whatever language. */
export async function signIn(page: Page, login: string, password: string): Promise<void> {
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
}

/** A server of its own, and a browser, for those who use the app there. */
export async function startWebApp(
  resources: AsyncDisposableStack,
): Promise<{ readonly parley: TestParley; readonly url: string; readonly browser: Browser }> {
  const parley = resources.use(await testParley());
  // Each new page is another connection from the same address.
  const env = { CONNECTS_PER_SECOND: '100' };
  const { url } = resources.use(await startServerProcess({ databaseUrl: parley.connectionString, env }));
  const browser = resources.adopt(await launchChromium(), (launched) => launched.close());
  return { parley, url, browser };
}

/** Signs out through the account menu. */
export async function signOut(page: Page): Promise<void> {
  await page.getByTestId('account').getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
}

/** Resolves once the browser keeps the app itself, so that it opens without a server. */
export async function keptApp(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
}
