import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium as program, findOrInstall } from '../../scripts/services/programs.ts';
import { launchChromium } from './browser.ts';
import { startServerProcess } from './server-process.ts';

// Makes the pictures of the README, of a fresh demo: pnpm --filter @parley/e2e screenshots
process.env['PARLEY_TEST_CHROMIUM'] ??= await findOrInstall(program);
const images = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const viewport = { width: 1160, height: 720 };

await using resources = new AsyncDisposableStack();
const dataDir = await mkdtemp(join(tmpdir(), 'parley-screenshots-'));
resources.defer(() => rm(dataDir, { recursive: true, force: true }));
await chmod(dataDir, 0o711); // as root, PostgreSQL runs as somebody else
const server = resources.use(await startServerProcess({ env: { DATA_DIR: dataDir } }));
const browser = resources.adopt(await launchChromium(), (launched) => launched.close());

for (const colorScheme of ['light', 'dark'] as const) {
  const context = await browser.newContext({ baseURL: server.url, viewport, colorScheme });
  const page = await context.newPage();
  await page.goto('/');
  await page.getByLabel('E-mail or username').fill('ada');
  await page.getByLabel('Password').fill('parley-demo');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByTestId('conversation').filter({ hasText: 'Moon landing' }).click();
  await page.getByTestId('message').last().waitFor();
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(images, `app-${colorScheme}.png`) });
  await context.close();
}
