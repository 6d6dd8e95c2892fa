import type { Page } from 'playwright-core';

/** Leads from where one signs in to where one makes an account. */
export async function openRegistration(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.getByRole('heading', { name: 'Create your account' }).waitFor();
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
