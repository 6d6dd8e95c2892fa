import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';

/** The Chromium that the test run found. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch(launchOptions());
}

/** A Chromium that keeps what it stores in a folder, as one that somebody closes and opens again. */
export async function launchInstalled(
  folder: string,
  options: BrowserContextOptions = {},
  flags: readonly string[] = [],
): Promise<BrowserContext> {
  const { executablePath, args } = launchOptions();
  return chromium.launchPersistentContext(folder, { executablePath, args: [...args, ...flags], ...options });
}

function launchOptions() {
  const executablePath = process.env['PARLEY_TEST_CHROMIUM'];
  if (executablePath === undefined) throw new Error('unable to test; run the tests through pnpm test:e2e');
  const quiet = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
  ];
  return { executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run', ...quiet] };
}
