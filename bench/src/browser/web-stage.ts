import { appendMessages } from '@parley/engine/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../../../e2e/src/browser.ts';
import { signIn } from '../../../e2e/src/web-app.ts';
import { chromium as program, findOrInstall } from '../../../scripts/services/programs.ts';
import { buildWeb, webIsBuilt } from '../../../scripts/web/build.ts';
import { openRoom, password, type Room } from '../room.ts';
import { nth } from '../systems/gathering.ts';
import { passOverIndex } from '../systems/parley.ts';
import { bulkDatabase } from '../systems/parley-people.ts';
import { startMeasuredServers } from '../systems/parley-server.ts';

const perStatement = 20_000;
const sentences = [
  'Yes.',
  'That looks good to me, I will have a second look at it after lunch.',
  'See https://example.com/releases/42 for what changed; `pnpm install` first, or it says that a module is missing.',
  'Could somebody who was there write down what was decided? I have three questions, and I would rather not ask them twice. The first is about the order, the second about who tells whom, and the third about what happens when nobody does.',
  'One line\nand another one\nand a third.',
  '🎉',
];

/** The built app in Chromium, beside a long conversation on a server of its own. */
export interface WebStage extends AsyncDisposable {
  readonly room: Room;
  /** The position of its last message. */
  readonly lastPosition: () => Promise<number>;
  /** A browser of somebody who is signed in and has nothing stored but that, at the list of conversations. */
  readonly open: () => Promise<{ context: BrowserContext; page: Page }>;
}

/** @param messages how many the conversation has */
export async function setWebStage(messages: number): Promise<WebStage> {
  process.env['PARLEY_TEST_CHROMIUM'] ??= await findOrInstall(program);
  if (!(await webIsBuilt())) await buildWeb();
  await using held = new AsyncDisposableStack();
  const { urls, pool, connectionString } = held.use(await startMeasuredServers({}));
  const baseURL = nth(urls, 0);
  const room = await openRoom(baseURL);
  await using db = bulkDatabase(connectionString);
  const contents = Array.from({ length: perStatement }, (_, n) => nth(sentences, (n * n) % sentences.length));
  for (let done = 0; done < messages; done += perStatement) {
    const count = Math.min(perStatement, messages - done);
    await appendMessages(db, [room.conversationId], count, messages, contents.slice(0, count));
  }
  // Otherwise it is opened at the first of them.
  await room.read();
  await passOverIndex(pool);
  await pool.query('analyze');
  const browser = held.adopt(await launchChromium(), (launched) => launched.close());
  const storageState = await signedIn(browser, baseURL);
  const kept = held.move();
  return {
    room,
    async lastPosition() {
      const { rows } = await pool.query<{ last: string }>(
        'select last_position as last from conversations where id = $1',
        [room.conversationId],
      );
      return Number(nth(rows, 0).last);
    },
    async open() {
      const context = await browser.newContext({ baseURL, storageState });
      const page = await context.newPage();
      await page.goto('/');
      await page.getByTestId('conversation').waitFor();
      return { context, page };
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function signedIn(browser: Browser, baseURL: string) {
  const context = await browser.newContext({ baseURL });
  const page = await context.newPage();
  await page.goto('/');
  await signIn(page, 'listener', password);
  await page.getByTestId('conversation').waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}
