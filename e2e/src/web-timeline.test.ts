import { appendMessages, type TestParley, testParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startBalancer } from './balancer.ts';
import { launchChromium } from './browser.ts';
import { startServerProcess, testRedisUrl } from './server-process.ts';
import { signIn } from './web-app.ts';
import { password, signUp } from './sign-up.ts';

const stored = 1_500;
/** With what is beyond the screen on both sides. */
const mostRows = 80;

const resources = new AsyncDisposableStack();
let parley: TestParley;
let ada: ParleyClient;
let grace: ParleyClient;
let conversationId: string;
let last: number;
let adaId: string;
let page: Page;
let timeline: Locator;

beforeAll(async () => {
  parley = resources.use(await testParley());
  const balancer = resources.use(await startBalancer());
  const server = resources.use(
    await startServerProcess({
      databaseUrl: parley.connectionString,
      redisUrl: testRedisUrl(),
      env: { CORS_ORIGIN: balancer.url },
    }),
  );
  balancer.route([server.port]);
  ada = resources.adopt(createClient({ url: balancer.url }), (client) => client.close());
  ({ id: adaId } = await signUp(parley, ada, 'ada'));
  grace = resources.adopt(createClient({ url: balancer.url }), (client) => client.close());
  await signUp(parley, grace, 'grace');
  const made = await grace.conversations.create({ participantIds: [adaId], title: 'A long story' });
  conversationId = made.id;
  await appendMessages(parley.db, [conversationId], stored, stored);
  ({ position: last } = await grace.messages.send({ conversationId, content: 'the last one' }));
  // Otherwise it is opened at the first of them.
  await ada.messages.markRead({ conversationId });
  const browser: Browser = resources.adopt(await launchChromium(), (launched) => launched.close());
  page = await browser.newPage({ baseURL: balancer.url });
  page.setDefaultTimeout(10_000);
  await page.goto('/');
  await signIn(page, 'ada', password);
  await page.getByTestId('conversation').waitFor();
  timeline = page.getByTestId('timeline');
});
afterAll(() => resources.disposeAsync());

/** Each opens the conversation anew, at its end: as the browser has kept it, something may not be read yet. */
beforeEach(async () => {
  await page.goto('/');
  await page.getByTestId('conversation').filter({ hasText: 'A long story' }).click();
  const toLatest = page.getByRole('button', { name: 'To the latest messages' });
  const atLast = async () => {
    if (await toLatest.isVisible()) await toLatest.click();
    return messageAt(last).isVisible();
  };
  await vi.waitUntil(atLast, { timeout: 10_000 });
});

function messageAt(position: number): Locator {
  return page.locator(`[data-position="${position}"]`);
}

test('scrolls to the beginning and back with nothing left out, doubled or moved, and few rows in the page', async () => {
  const up = await timeline.evaluate(scrollThrough, { direction: -1, until: 1 });
  expect(up).toMatchObject({ moved: [], holes: [] });
  expect(up.seen).toEqual(Array.from({ length: last }, (_, index) => last - index));
  const down = await timeline.evaluate(scrollThrough, { direction: 1, until: last });
  expect(down).toMatchObject({ moved: [], holes: [] });
  expect(down.seen).toEqual(Array.from({ length: last }, (_, index) => index + 1));
  expect(Math.max(up.most, down.most)).toBeLessThan(mostRows);
});

test('leads to the message of the address, lights it up and focuses it, and back to the latest', async () => {
  await page.goto(`/c/${conversationId}?at=700`);
  await messageAt(700).waitFor();
  await expect.poll(() => messageAt(700).evaluate((row) => row === document.activeElement)).toBe(true);
  const middle = await messageAt(700).evaluate(distanceFromMiddle);
  expect(Math.abs(middle)).toBeLessThan(60);
  expect(new URL(page.url()).search).toBe('');
  await page.getByRole('button', { name: 'To the latest messages' }).click();
  await expect.poll(() => messageAt(last).isVisible()).toBe(true);
  expect(await messageAt(700).count()).toBe(0);
});

test('goes to a day by the keyboard, and to the beginning by a day that is shown', async () => {
  const midnight = new Date();
  midnight.setDate(midnight.getDate() - 15);
  midnight.setHours(0, 0, 0, 0);
  const { position } = await parley.db
    .selectFrom('messages')
    .select(({ fn }) => fn.min('position').as('position'))
    .where('conversation_id', '=', conversationId)
    .where('created_at', '>=', midnight)
    .where('position', '>', 1)
    .executeTakeFirstOrThrow();
  expect(position).toBeGreaterThan(600);
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox').waitFor();
  await page.keyboard.type('date');
  await page.getByTestId('palette-option').filter({ hasText: 'Go to a date' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByLabel('Day').fill(format(midnight));
  await page.keyboard.press('Enter');
  const first = messageAt(position);
  await first.waitFor();
  await expect.poll(() => first.evaluate((row) => row === document.activeElement)).toBe(true);

  await page.getByTitle('Go to a date').first().click();
  await page.getByRole('button', { name: 'To the beginning' }).click();
  await messageAt(1).waitFor();
  await expect.poll(() => messageAt(1).isVisible()).toBe(true);
});

test('the arrow keys go on beyond what is in the page', async () => {
  await page.goto(`/c/${conversationId}?at=500`);
  await expect.poll(() => messageAt(500).evaluate((row) => row === document.activeElement)).toBe(true);
  const focused = () => page.evaluate(() => Number(document.activeElement?.getAttribute('data-position')));
  // A key leads as far as what has been fetched: each waits for the one before.
  const goUp = async () => {
    const position = await focused();
    if (position > 440) await page.keyboard.press('ArrowUp');
    return position;
  };
  await expect.poll(goUp, { interval: 20 }).toBe(440);
  const box = await messageAt(440).boundingBox();
  expect(box?.y).toBeGreaterThan(0);
});

test('keeps what is read in its place while others write, and goes to the end for what one writes', async () => {
  await page.goto(`/c/${conversationId}?at=1200`);
  await messageAt(1_200).waitFor();
  await expect.poll(() => messageAt(1_200).evaluate((row) => row === document.activeElement)).toBe(true);
  const before = await messageAt(1_200).boundingBox();
  const { position } = await grace.messages.send({ conversationId, content: 'far away' });
  await page.getByRole('button', { name: 'To the latest messages' }).getByText(/\d/).waitFor();
  expect(await messageAt(1_200).boundingBox()).toEqual(before);
  last = position;
  await page.getByRole('textbox', { name: 'Message' }).fill('from back then');
  await page.keyboard.press('Enter');
  const own = page.getByTestId('message').filter({ hasText: 'from back then' });
  await own.and(page.locator('[data-state=stored]')).waitFor();
  expect(await own.isVisible()).toBe(true);
  last += 1;
});

test('what is edited is brought on screen, and is kept while one looks elsewhere', async () => {
  await page.goto(`/c/${conversationId}`);
  const composer = page.getByRole('textbox', { name: 'Message', exact: true });
  await composer.fill('to be edited');
  await composer.press('Enter');
  const own = page.getByTestId('message').filter({ hasText: 'to be edited' });
  await own.and(page.locator('[data-state=stored]')).waitFor();
  const away = async () => {
    await timeline.hover();
    await page.mouse.wheel(0, -6_000);
    await page.getByRole('button', { name: 'To the latest messages' }).waitFor();
  };
  await away();
  await expect.poll(() => own.count()).toBe(0);
  await composer.press('ArrowUp');
  const editor = page.getByRole('textbox', { name: 'Edit message' });
  await expect.poll(() => editor.evaluate((field) => field === document.activeElement)).toBe(true);
  await editor.fill('half of a thought');
  await expect.poll(async () => (await editor.boundingBox())?.y).toBeGreaterThan(0);
  await composer.focus();
  await away();
  await page.getByRole('button', { name: 'To the latest messages' }).click();
  await expect.poll(() => timeline.evaluate(below)).toBeLessThanOrEqual(1);
  expect(await editor.inputValue()).toBe('half of a thought');
  await editor.press('Escape');
  await own.waitFor();
  last += 1;
});

test('opens at the first of many that are new, and takes for read what was on screen', async () => {
  const { id } = await grace.conversations.create({ participantIds: [adaId], title: 'Much that is new' });
  const say = (count: number, what: string) =>
    Promise.all(
      Array.from({ length: count }, (_, n) =>
        grace.messages.send({ conversationId: id, content: `${what} ${n}` }),
      ),
    );
  await say(20, 'known');
  await ada.messages.markRead({ conversationId: id });
  const sent = await say(120, 'new');
  const first = Math.min(...sent.map(({ position }) => position));
  await page.goto(`/c/${id}`);
  await page.getByText('New messages').waitFor();
  const line = await page.getByText('New messages').boundingBox();
  const box = await timeline.boundingBox();
  expect((line?.y ?? 0) - (box?.y ?? 0)).toBeLessThan(100);
  await messageAt(first).waitFor();
  const unread = async () => (await ada.conversations.get({ conversationId: id })).unread;
  // What is on screen, and no more.
  await expect.poll(unread).toBeLessThan(120);
  expect(await unread()).toBeGreaterThan(80);
  await page.getByRole('button', { name: 'To the latest messages' }).click();
  await messageAt(Math.max(...sent.map(({ position }) => position))).waitFor();
  await expect.poll(unread).toBe(0);
});

test('stays at the end however fast others write', async () => {
  await ada.messages.markRead({ conversationId });
  const nothingUnread = () => expect.poll(() => page.getByTestId('unread').count()).toBe(0);
  const { id } = await grace.conversations.create({ participantIds: [adaId], title: 'A busy place' });
  await page.goto(`/c/${id}`);
  await page.getByRole('textbox', { name: 'Message' }).fill('here I am');
  await page.keyboard.press('Enter');
  await page.getByTestId('message').and(page.locator('[data-state=stored]')).waitFor();
  const content = (n: number) => `one of many ${'more '.repeat(n % 30)}`;
  const sent = Array.from({ length: 60 }, (_, n) =>
    grace.messages.send({ conversationId: id, content: content(n) }),
  );
  const positions = (await Promise.all(sent)).map(({ position }) => position);
  await messageAt(Math.max(...positions)).waitFor();
  await expect.poll(() => timeline.evaluate(below)).toBeLessThanOrEqual(1);

  await nothingUnread();
  await expect.poll(() => page.title()).toBe('Parley');
  await page.evaluate(watchTitle);
  for (let n = 0; n < 10; n += 1) {
    const { position } = await grace.messages.send({ conversationId: id, content: 'read at once' });
    await messageAt(position).waitFor();
    await nothingUnread();
  }
  // Whoever reads along has nothing unread for long.
  expect(await page.evaluate(() => (globalThis as unknown as { titles: string[] }).titles)).toEqual([]);
});

/** In the page: notes each title that it gets from now on. */
function watchTitle(): void {
  const titles: string[] = [];
  Object.assign(globalThis, { titles });
  const title = document.querySelector('title');
  if (title === null) throw new Error('the page has no title');
  new MutationObserver(() => titles.push(document.title)).observe(title, { childList: true });
}

/** A day as an input for days takes it, where the tests run. */
function format(day: Date): string {
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
}

/** In the page: how much of it lies below what is on screen. */
function below({ scrollHeight, scrollTop, clientHeight }: Element): number {
  return scrollHeight - scrollTop - clientHeight;
}

function distanceFromMiddle(row: Element): number {
  const box = row.closest('[data-testid=timeline]')?.getBoundingClientRect();
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2 - ((box?.top ?? 0) + (box?.height ?? 0) / 2);
}

/** In the page: scrolls until a position is there; tells the positions in the order they came, and what was amiss. */
async function scrollThrough(box: Element, { direction, until }: { direction: number; until: number }) {
  // What is measured before a frame is painted comes after its callbacks.
  const frame = () => new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const rows = () => [...box.querySelectorAll<HTMLElement>('[data-position]')];
  const positionOf = (row: HTMLElement) => Number(row.dataset['position']);
  const seen: number[] = [];
  const moved: string[] = [];
  const holes: string[] = [];
  let most = 0;
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const { top, bottom } = box.getBoundingClientRect();
    const shown = rows().filter((row) => {
      const at = row.getBoundingClientRect();
      return at.bottom > top && at.top < bottom;
    });
    const positions = shown.map(positionOf);
    positions.forEach((position, index) => {
      if (index > 0 && position !== (positions[index - 1] ?? 0) + 1) holes.push(positions.join());
    });
    for (const position of direction > 0 ? positions : positions.toReversed()) {
      if (!seen.includes(position)) seen.push(position);
    }
    most = Math.max(most, rows().length);
    const row = shown[Math.floor(shown.length / 2)];
    const before = row?.getBoundingClientRect().top ?? 0;
    await frame();
    const after = row?.getBoundingClientRect().top ?? 0;
    // So near the end, it is the end that one has come to.
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight <= 1;
    if (!atEnd && Math.abs(after - before) > 1)
      moved.push(`${row?.dataset['position']}: ${before} to ${after}`);
    if (positions.includes(until)) break;
    box.scrollTop += direction * 0.9 * box.clientHeight;
    await frame();
  }
  return { seen, moved, holes, most };
}
