import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import { paintedAfterClick, positionsShown, record } from './browser/probes.ts';
import { setWebStage, type WebStage } from './browser/web-stage.ts';
import { type Figure, inTurn, Report, type Sample } from './report.ts';
import { quantileOf, spreadOf } from './statistics.ts';

const messages = 100_000;
const minutes = Number(process.env['MINUTES'] ?? 2);
const rounds = 7;
/** How far is scrolled: forty pages of the history. */
const far = 2_000;
const wheelPx = 400;
const perSecond = 50;
/** Until then the page holds fewer messages than it does later. */
const warmUpMs = 20_000;
const sampleMs = 5_000;
const parley = { name: 'Parley' };

const openingFigures = {
  'clicked until the last message is painted': { unit: 'ms', better: 'less' },
} satisfies Readonly<Record<string, Figure>>;
const scrollingFigures = {
  'from frame to frame, p95': { unit: 'ms', better: 'less', digits: 1 },
  'longest task': { unit: 'ms', better: 'less' },
} satisfies Readonly<Record<string, Figure>>;
const heapFigures = {
  'heap of the page, first third': { unit: 'MB', better: 'less', digits: 1 },
  'heap of the page, last third': { unit: 'MB', better: 'less', digits: 1 },
  'heap, last third beside the first': { unit: 'times', better: 'less', digits: 2 },
} satisfies Readonly<Record<string, Figure>>;

/** The web app in a browser, with a long conversation: opened, scrolled through, and while a lot is said in it. */
export async function web(): Promise<Report> {
  await using stage = await setWebStage(messages);
  const report = new Report('web', [
    `The built app in headless Chromium, 1280 by 720, and a conversation of ${messages.toLocaleString('en')}. Opened by a click in the list, by a browser that`,
    `has stored nothing but who is signed in, and by one that was there before. Scrolled by the wheel, ${wheelPx} pixels at a time, ${far.toLocaleString('en')} messages`,
    `up and back. Then ${perSecond} messages a second for ${minutes} minutes, its heap looked at every ${sampleMs / 1_000} s after a collection.`,
    `Median (least to most) of ${rounds} rounds for opening, of three for scrolling.`,
  ]);
  const opened = await inTurn([parley], rounds, () => firstOpening(stage));
  report.add('opened for the first time', openingFigures, opened);
  const { context, page } = await stage.open();
  await opening(stage, page);
  const again = await inTurn([parley], rounds, async () => {
    await page.goto('/');
    await page.getByTestId('conversation').waitFor();
    return opening(stage, page);
  });
  report.add('opened again', openingFigures, again);
  const last = await stage.lastPosition();
  const up: Sample[] = [];
  const down: Sample[] = [];
  for (let round = 0; round < 3; round += 1) {
    up.push(await scrolling(page, -1, ({ first: top }) => top <= last - far));
    down.push(await scrolling(page, 1, ({ last: bottom }) => bottom === last));
  }
  report.add('scrolled up', scrollingFigures, new Map([[parley.name, up]]));
  report.add('scrolled back', scrollingFigures, new Map([[parley.name, down]]));
  const heap = await heapDuringTraffic(stage, page, await context.newCDPSession(page));
  report.add('live traffic', heapFigures, new Map([[parley.name, [heap]]]));
  return report;
}

async function firstOpening(stage: WebStage): Promise<Sample> {
  const { context, page } = await stage.open();
  const sample = await opening(stage, page);
  await context.close();
  return sample;
}

async function opening(stage: WebStage, page: Page): Promise<Sample> {
  // What the list fetches ahead is there before anybody clicks.
  await page.waitForLoadState('networkidle');
  const painted = page.evaluate(paintedAfterClick, await stage.lastPosition());
  await page.getByTestId('conversation').click();
  return { 'clicked until the last message is painted': await painted };
}

/** Turns the wheel until enough is shown. */
async function scrolling(
  page: Page,
  direction: 1 | -1,
  enough: (shown: ReturnType<typeof positionsShown>) => boolean,
): Promise<Sample> {
  await page.getByTestId('timeline').hover();
  const recording = await page.evaluateHandle(record);
  const deadline = performance.now() + 60_000;
  while (!enough(await page.evaluate(positionsShown))) {
    if (performance.now() > deadline) throw new Error('scrolling leads nowhere');
    for (let turn = 0; turn < 5; turn += 1) await page.mouse.wheel(0, direction * wheelPx);
  }
  const { frames, tasks } = await recording.evaluate((each) => each.stop());
  return { 'from frame to frame, p95': quantileOf(frames, 0.95), 'longest task': Math.max(0, ...tasks) };
}

async function heapDuringTraffic(
  { room, lastPosition }: WebStage,
  page: Page,
  session: CDPSession,
): Promise<Sample> {
  const ending = new AbortController();
  const said = talk(room.say, ending.signal);
  await sleep(warmUpMs);
  const heaps: number[] = [];
  const until = performance.now() + minutes * 60_000;
  while (performance.now() < until) {
    await sleep(sampleMs);
    heaps.push(await heapOf(session));
  }
  ending.abort();
  await said;
  await page.locator(`[data-position="${await lastPosition()}"]`).waitFor();
  const third = Math.floor(heaps.length / 3);
  const [early, late] = [heaps.slice(0, third), heaps.slice(-third)].map((each) => spreadOf(each).median);
  if (early === undefined || late === undefined) throw new Error('there are two thirds');
  return {
    'heap of the page, first third': early,
    'heap of the page, last third': late,
    'heap, last third beside the first': late / early,
  };
}

async function talk(say: WebStage['room']['say'], ending: AbortSignal): Promise<void> {
  const from = performance.now();
  const sends: Promise<unknown>[] = [];
  for (let turn = 0; !ending.aborted; turn += 1) {
    await sleep(Math.max(0, from + (turn * 1_000) / perSecond - performance.now()));
    sends.push(say(100));
  }
  await Promise.all(sends);
}

/** What a page holds, in megabytes, without what can be collected. */
async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}
