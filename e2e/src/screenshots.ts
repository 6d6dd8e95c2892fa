import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient, type ParleyClient } from '@parley/sdk';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { chromium as program, findOrInstall } from '../../scripts/services/programs.ts';
import { buildWeb, webIsBuilt } from '../../scripts/web/build.ts';
import { launchChromium } from './browser.ts';
import { startServerProcess } from './server-process.ts';
import { signIn } from './web-app.ts';

// Makes the pictures of the README, of a fresh demo: pnpm screenshots [folder]
await requireFonts();
process.env['PARLEY_TEST_CHROMIUM'] ??= await findOrInstall(program);
if (!(await webIsBuilt())) await buildWeb();
const images = process.argv[2] ?? fileURLToPath(new URL('../../docs/images/', import.meta.url));
const wide = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

/** A picture: what one does to get there, from the list of conversations. */
interface Shot {
  readonly name: string;
  readonly context: BrowserContextOptions;
  readonly show: (page: Page) => Promise<void>;
}

const openRoom = async (page: Page) => {
  await page.getByTestId('conversation').filter({ hasText: 'Moon landing' }).click();
  await page.getByTestId('message').last().waitFor();
  const conversationId = page.url().replace(/^.*\/c\//, '');
  // Told again, for the page may not listen yet.
  const typing = setInterval(() => margaret.typing.set({ conversationId, typing: true }), 500);
  await page.getByTestId('typing').filter({ hasText: /./ }).waitFor();
  clearInterval(typing);
};
const shots: readonly Shot[] = [
  {
    name: 'app',
    context: { viewport: wide },
    show: async (page) => {
      await openRoom(page);
      await page.getByRole('button', { name: 'Details' }).click();
      await page.getByTestId('member').first().waitFor();
    },
  },
  {
    name: 'app-palette',
    context: { viewport: wide },
    show: async (page) => {
      await openRoom(page);
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('a');
      await page.getByTestId('palette-option').first().waitFor();
    },
  },
  {
    name: 'app-settings',
    context: { viewport: wide },
    show: async (page) => {
      await page.goto('/settings/appearance');
      await page.getByRole('heading', { level: 1 }).waitFor();
    },
  },
  {
    name: 'app-phone-list',
    context: { viewport: phone, deviceScaleFactor: 2 },
    show: (page) => page.getByTestId('conversation').first().waitFor(),
  },
  { name: 'app-phone', context: { viewport: phone, deviceScaleFactor: 2 }, show: openRoom },
  { name: 'app-arabic', context: { viewport: wide, locale: 'ar' }, show: openRoom },
];

await using resources = new AsyncDisposableStack();
const dataDir = await mkdtemp(join(tmpdir(), 'parley-screenshots-'));
resources.defer(() => rm(dataDir, { recursive: true, force: true }));
await chmod(dataDir, 0o711); // as root, PostgreSQL runs as somebody else
const server = resources.use(await startServerProcess({ env: { DATA_DIR: dataDir } }));
const margaret = await present('margaret');
await Promise.all(['grace', 'hedy'].map(present));
const browser = resources.adopt(await launchChromium(), (launched) => launched.close());

for (const { name, context: options, show } of shots) {
  const context = await browser.newContext({ baseURL: server.url, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  await page.goto('/');
  await signIn(page, 'ada', 'parley-demo');
  await page.getByTestId('account').waitFor();
  await show(page);
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.fonts.ready);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(300); // what appears has appeared
    await page.screenshot({ path: join(images, `${name}-${colorScheme}.png`) });
  }
  await context.close();
}

/** Somebody of the demo, who is there while the pictures are made. */
async function present(login: string): Promise<ParleyClient> {
  const client = resources.adopt(createClient({ url: server.url }), (opened) => opened.close());
  await client.auth.login({ email: login, password: 'parley-demo' });
  client.conversations.list.subscribe(() => {});
  return client;
}

/** @throws Error when letters or emoji in the pictures would be boxes */
async function requireFonts(): Promise<void> {
  for (const [pattern, what, name] of [
    [':charset=1f680', 'emoji', 'fonts-noto-color-emoji'],
    ['Noto Sans Arabic', 'Arabic', 'fonts-noto-core'],
  ] as const) {
    const { stdout } = await promisify(execFile)('fc-list', [pattern, 'family']);
    if (stdout.trim() !== '') continue;
    throw new Error(`unable to make the pictures; there is no font with ${what}, install ${name}`);
  }
}
