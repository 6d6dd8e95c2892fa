import { type Browser, chromium } from 'playwright-core';

/** The Chromium that the test run found. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env['PARLEY_TEST_CHROMIUM'];
  if (executablePath === undefined) throw new Error('unable to test; run the tests through pnpm test:e2e');
  const quiet = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
  ];
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', ...quiet],
  });
}
