import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { freePort } from '@parley/server/postgres/port';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { chromium as program, findOrInstall } from '../../scripts/services/programs.ts';
import { buildWeb, webIsBuilt } from '../../scripts/web/build.ts';
import { launchInstalled } from './browser.ts';
import { startServerProcess } from './server-process.ts';
import { signIn } from './web-app.ts';

// Measures the built app with Lighthouse, which is fetched for it: pnpm lighthouse [--runs 3]
const lighthouse = 'lighthouse@13.5.0';
const wanted = { performance: 0.95, accessibility: 0.95 };

const Report = z.object({
  categories: z.object({
    performance: z.object({ score: z.number() }),
    accessibility: z.object({ score: z.number() }),
  }),
  audits: z.record(
    z.string(),
    z.object({ title: z.string(), score: z.number().nullable(), displayValue: z.string().optional() }),
  ),
});
type Report = z.infer<typeof Report>;

const { values } = parseArgs({ options: { runs: { type: 'string', default: '3' } } });
process.env['PARLEY_TEST_CHROMIUM'] ??= await findOrInstall(program);
if (!(await webIsBuilt())) await buildWeb();

await using resources = new AsyncDisposableStack();
const folder = await mkdtemp(join(tmpdir(), 'parley-lighthouse-'));
resources.defer(() => rm(folder, { recursive: true, force: true }));
await chmod(folder, 0o711); // as root, PostgreSQL runs as somebody else
const server = resources.use(await startServerProcess({ env: { DATA_DIR: join(folder, 'data') } }));
const port = await freePort();
// Without the service worker, which would have everything there already.
const context = resources.adopt(
  await launchInstalled(join(folder, 'browser'), { serviceWorkers: 'block', baseURL: server.url }, [
    `--remote-debugging-port=${port}`,
  ]),
  (launched) => launched.close(),
);
const page = await context.newPage();

const strangers = await measure('sign-in', `${server.url}/sign-in`);
const members = await measure('a conversation', await openConversation(page));
process.exitCode = strangers && members ? 0 : 1;

async function openConversation(at: Page): Promise<string> {
  await at.goto('/');
  await signIn(at, 'ada', 'parley-demo');
  await at.getByTestId('conversation').filter({ hasText: 'Moon landing' }).click();
  await at.getByTestId('message').last().waitFor();
  const url = at.url();
  await at.goto('about:blank');
  return url;
}

/** Measures a page on a phone and on a desktop, and writes the medians. @returns whether they are good enough */
async function measure(name: string, url: string): Promise<boolean> {
  let good = true;
  for (const preset of ['mobile', 'desktop'] as const) {
    const reports: Report[] = [];
    for (let run = 0; run < Number(values.runs); run += 1) reports.push(await runOnce(url, preset));
    reports.sort((a, b) => a.categories.performance.score - b.categories.performance.score);
    const report = reports[Math.floor(reports.length / 2)];
    if (report === undefined) throw new Error('unable to measure; there has to be one run at least');
    const { performance, accessibility } = report.categories;
    const shown = [
      'first-contentful-paint',
      'largest-contentful-paint',
      'total-blocking-time',
      'cumulative-layout-shift',
    ]
      .map((id) => `${id} ${report.audits[id]?.displayValue}`)
      .join(', ');
    console.log(
      `${name}, ${preset}: performance ${performance.score}, accessibility ${accessibility.score}; ${shown}`,
    );
    for (const [id, { title, score, displayValue = '' }] of Object.entries(report.audits)) {
      if (score !== null && score < 0.9) console.log(`  ${id}: ${title} ${displayValue}`);
    }
    good &&= performance.score >= wanted.performance && accessibility.score >= wanted.accessibility;
  }
  return good;
}

async function runOnce(url: string, preset: 'mobile' | 'desktop'): Promise<Report> {
  const output = join(folder, 'report.json');
  await promisify(execFile)(
    'npx',
    [
      ...['--yes', lighthouse, url, '--quiet', '--disable-storage-reset', `--port=${port}`],
      ...['--only-categories=performance,accessibility', '--output=json', `--output-path=${output}`],
      ...(preset === 'desktop' ? ['--preset=desktop'] : []),
    ],
    { timeout: 180_000, maxBuffer: 16 * 1024 * 1024 },
  );
  return Report.parse(JSON.parse(await readFile(output, 'utf8')));
}
