import type { TestParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signIn, startWebApp } from './web-app.ts';
import { password, signUp } from './sign-up.ts';

const resources = new AsyncDisposableStack();
let url: string;
let browser: Browser;
/** What Ada and Grace have open, and what each uses beside the browser. */
let ada: Page;
let grace: Page;
let adaClient: ParleyClient;
let graceClient: ParleyClient;
let parley: TestParley;
let adaId: string;
let graceId: string;

beforeAll(async () => {
  ({ parley, url, browser } = await startWebApp(resources));
  [adaClient, graceClient] = [newClient(), newClient()];
  adaId = (await signUp(parley, adaClient, 'ada')).id;
  graceId = (await signUp(parley, graceClient, 'grace')).id;
  [ada, grace] = await Promise.all([signedInPage('ada'), signedInPage('grace')]);
});
afterAll(() => resources.disposeAsync());

function newClient(): ParleyClient {
  return resources.adopt(createClient({ url }), (client) => client.close());
}

async function strangersPage(path: string): Promise<Page> {
  const context = resources.adopt(
    await browser.newContext({ baseURL: url, reducedMotion: 'reduce' }),
    (opened) => opened.close(),
  );
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(path);
  return page;
}

async function signedInPage(username: string): Promise<Page> {
  const page = await strangersPage('/');
  await signIn(page, username, password);
  await page.getByTestId('account').waitFor();
  return page;
}

/** A new group of Grace's with Ada in it. */
async function group(title: string): Promise<string> {
  const { id } = await graceClient.conversations.create({ participantIds: [adaId], title });
  return id;
}

const rowOf = (page: Page, title: string): Locator =>
  page.getByTestId('conversation').filter({ hasText: title });
const composerOf = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' });
const titlesIn = (page: Page): Promise<string[]> =>
  page.getByTestId('conversation').locator('bdi').allTextContents();

/** Chooses from the menu of a row, by the keyboard alone. */
async function choose(page: Page, title: string, entry: string): Promise<void> {
  await rowOf(page, title).focus();
  await page.keyboard.press('Shift+F10');
  const item = page.getByRole('menuitem', { name: entry });
  await item.waitFor();
  while (!(await item.evaluate((element) => element === document.activeElement))) {
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
}

async function openDetails(page: Page, conversationId: string): Promise<void> {
  await page.goto(`/c/${conversationId}?pane=details`);
  await page.getByTestId('member').first().waitFor();
}

describe('the list of conversations', () => {
  test('pins, mutes, archives and hides by the keyboard, on all devices', async () => {
    const phone = await signedInPage('ada');
    let conversationId = '';
    for (const title of ['Pinned one', 'Loud one', 'Old one', 'Hidden one']) {
      conversationId = await group(title);
      await graceClient.messages.send({ conversationId, content: `hello from ${title}` });
      await rowOf(ada, title).waitFor();
    }
    await choose(ada, 'Pinned one', 'Pin');
    await expect.poll(async () => (await titlesIn(phone))[0]).toBe('Pinned one');

    await choose(ada, 'Loud one', 'Mute…');
    await ada.getByRole('dialog').getByRole('button', { name: 'For an hour' }).click();
    await expect.poll(() => rowOf(phone, 'Loud one').getAttribute('data-muted')).toBe('true');

    await choose(ada, 'Old one', 'Archive');
    await rowOf(phone, 'Old one').waitFor({ state: 'detached' });
    await phone.getByRole('button', { name: 'Archived' }).click();
    await rowOf(phone, 'Old one').waitFor();
    expect(await titlesIn(phone)).toEqual(['Old one']);

    await choose(ada, 'Hidden one', 'Hide');
    await rowOf(ada, 'Hidden one').waitFor({ state: 'detached' });
    await graceClient.messages.send({ conversationId, content: 'something new' });
    await rowOf(ada, 'Hidden one').waitFor();
  });

  test('counts what is unread in the row, the title and the icon, and takes it back', async () => {
    const conversationId = await group('Counted');
    await graceClient.messages.send({ conversationId, content: 'one' });
    const row = rowOf(ada, 'Counted');
    await expect.poll(() => row.getByTestId('unread').textContent()).toBe('1 unread');
    await expect.poll(() => ada.title()).toMatch(/^\(\d+\) /);
    expect(await ada.locator('link[rel=icon]').getAttribute('href')).toContain('unread');
    await ada.getByRole('button', { name: 'Unread', exact: true }).click();
    await row.waitFor();
    await choose(ada, 'Counted', 'Mark as read');
    await row.waitFor({ state: 'detached' });
    await ada.getByRole('button', { name: 'All', exact: true }).click();
    await choose(ada, 'Counted', 'Mark as unread');
    await expect.poll(() => row.getByTestId('unread').textContent()).toBe('1 unread');
  });

  test('changes one row for a change of one conversation', async () => {
    const conversationId = await group('Changing');
    await group('Still');
    await rowOf(ada, 'Still').waitFor();
    await ada.getByTestId('conversation').first().evaluate(watchRows);
    await graceClient.messages.send({ conversationId, content: 'a change' });
    await rowOf(ada, 'Changing').filter({ hasText: 'a change' }).waitFor();
    const changed = await ada.evaluate(() => [...(window as unknown as Watched).changedRows]);
    expect(changed).toEqual([conversationId]);
  });

  test('shows who is typing, and whom a message mentions, which is completed by the keyboard', async () => {
    const conversationId = await group('Mentions');
    await grace.goto(`/c/${conversationId}`);
    await rowOf(ada, 'Mentions').waitFor();
    // What one types before one is connected nobody learns of.
    const typed = async () => {
      await composerOf(grace).fill('');
      await composerOf(grace).pressSequentially('Look');
      return rowOf(ada, 'Mentions').getByTestId('row-typing').isVisible();
    };
    await expect.poll(typed).toBe(true);
    await composerOf(grace).pressSequentially(', @a');
    await grace.getByTestId('mention-option').filter({ hasText: '@ada' }).waitFor();
    const chosen = await composerOf(grace).getAttribute('aria-activedescendant');
    expect(await grace.locator(`[id="${chosen}"]`).getAttribute('aria-selected')).toBe('true');
    await grace.keyboard.press('Enter');
    expect(await composerOf(grace).inputValue()).toBe('Look, @ada ');
    await grace.keyboard.press('Enter');
    await rowOf(ada, 'Mentions').getByTestId('mentions').waitFor();
    const { messages } = await adaClient.mentions.list();
    expect(messages[0]).toMatchObject({ conversationId, mentions: [adaId] });

    await composerOf(grace).pressSequentially('@');
    await grace.getByTestId('mention-option').filter({ hasText: '@all' }).waitFor();
    await grace.keyboard.press('Escape');
    await grace.getByTestId('mention-box').waitFor({ state: 'detached' });
    await composerOf(grace).fill('@all: come');
    await grace.keyboard.press('Enter');
    await expect.poll(async () => (await adaClient.mentions.list()).messages[0]?.mentionsAll).toBe(true);
  });

  test('offers to mention everybody in a conversation that the list does not show, too', async () => {
    const conversationId = await group('Out of sight');
    await graceClient.settings.set({ conversationId, hidden: true });
    await rowOf(grace, 'Out of sight').waitFor({ state: 'detached' });
    await grace.goto(`/c/${conversationId}`);
    await composerOf(grace).pressSequentially('@');
    const everybody = grace.getByTestId('mention-option').filter({ hasText: '@all' });
    await expect.poll(() => everybody.count()).toBe(1);
    await composerOf(grace).fill('');
  });

  test('has one draft on two devices, and none once it is sent', async () => {
    const conversationId = await group('Drafted');
    const phone = await signedInPage('ada');
    await ada.goto(`/c/${conversationId}`);
    await composerOf(ada).fill('half a sentence');
    await rowOf(phone, 'Drafted').filter({ hasText: 'Draft: half a sentence' }).waitFor();
    await rowOf(phone, 'Drafted').click();
    await expect.poll(() => composerOf(phone).inputValue()).toBe('half a sentence');
    await composerOf(phone).pressSequentially(', and the rest');
    await expect.poll(() => composerOf(ada).inputValue()).toBe('half a sentence, and the rest');
    await composerOf(ada).press('Enter');
    await expect.poll(() => composerOf(phone).inputValue()).toBe('');
    await phone.getByTestId('message').filter({ hasText: 'half a sentence, and the rest' }).waitFor();
  });
});

describe('groups', () => {
  test('are edited, and given admins and an owner, before everybody’s eyes', async () => {
    const conversationId = await group('To be edited');
    await openDetails(ada, conversationId);
    expect(await ada.getByRole('button', { name: 'Edit', exact: true }).count()).toBe(0);
    await openDetails(grace, conversationId);
    await grace.getByRole('button', { name: 'Edit', exact: true }).click();
    await grace.getByLabel('Group name').fill('Well edited');
    await grace.getByLabel('What it is about').fill('Commas, mostly');
    await grace.getByLabel('Public group').click();
    await grace.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => ada.getByTestId('conversation-title').textContent()).toBe('Well edited');
    await expect.poll(() => ada.getByTestId('description').textContent()).toBe('Commas, mostly');

    await grace.getByRole('button', { name: 'What to do with ada' }).click();
    await grace.getByRole('menuitem', { name: 'Make admin' }).click();
    await ada.getByRole('button', { name: 'Edit', exact: true }).waitFor();
    await grace.getByRole('button', { name: 'What to do with ada' }).click();
    await grace.getByRole('menuitem', { name: 'Pass ownership on' }).click();
    await grace.getByRole('dialog').getByRole('button', { name: 'Pass on' }).click();
    await ada.getByTestId('member').filter({ hasText: 'ada (you)' }).filter({ hasText: 'Owner' }).waitFor();
  });

  test('let people in by a link, once they have signed in, as often as it says', async () => {
    const conversationId = await group('By invitation');
    await parley.account('barbara', password);
    await openDetails(grace, conversationId);
    await grace.getByRole('button', { name: 'Invite' }).click();
    await grace.getByLabel('How many it lets in').fill('1');
    await grace.getByRole('button', { name: 'Make a link' }).click();
    const link = await grace.getByLabel('Invitation link', { exact: true }).inputValue();
    await grace.getByTestId('invitation').filter({ hasText: 'Used 0 of 1 times' }).waitFor();
    await grace.keyboard.press('Escape');

    const barbara = await strangersPage(link.slice(url.length));
    await barbara.getByRole('link', { name: 'Sign in' }).click();
    await signIn(barbara, 'barbara', password);
    await barbara.getByRole('heading', { name: 'By invitation' }).waitFor();
    await barbara.getByRole('button', { name: 'Join' }).click();
    await expect.poll(() => barbara.getByTestId('conversation-title').textContent()).toBe('By invitation');
    await grace.getByTestId('member').filter({ hasText: 'barbara' }).waitFor();

    // Used up by now: whoever else follows it reads so.
    await parley.account('carol', password);
    const carol = await signedInPage('carol');
    await carol.goto(link.slice(url.length));
    await expect.poll(() => carol.getByRole('alert').textContent()).toContain('not good any more');

    await grace.getByRole('button', { name: 'What to do with barbara' }).click();
    await grace.getByRole('menuitem', { name: 'Remove from the group' }).click();
    await grace.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await barbara.getByText('You are not in this conversation').waitFor();
  });

  test('get people added, and are left', async () => {
    const conversationId = await group('Coming and going');
    const dora = newClient();
    await signUp(parley, dora, 'dora');
    await openDetails(grace, conversationId);
    await grace.getByRole('button', { name: 'Add people' }).click();
    await grace.getByLabel('Search people').fill('dora');
    await grace.getByTestId('person').click();
    await grace.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
    await grace.getByTestId('member').filter({ hasText: 'dora' }).waitFor();
    await ada.goto('/');
    await choose(ada, 'Coming and going', 'Leave group');
    await ada.getByRole('dialog').getByRole('button', { name: 'Leave group' }).click();
    await rowOf(ada, 'Coming and going').waitFor({ state: 'detached' });
    await expect.poll(() => grace.getByTestId('member').count()).toBe(2);
  });
});

describe('searching', () => {
  test('finds messages by words and filters, and leads to them', async () => {
    const conversationId = await group('Haystack');
    await graceClient.messages.send({ conversationId, content: 'a needle of hers' });
    await adaClient.messages.send({ conversationId, content: 'a needle of mine' });
    await ada.goto('/find');
    const hits = ada.getByTestId('search-hit');
    await expect
      .poll(async () => {
        // What is indexed a little later is found by searching again.
        await ada.getByLabel('Search everything').fill('');
        await ada.getByLabel('Search everything').fill('needle');
        await hits
          .first()
          .waitFor({ timeout: 2_000 })
          .catch(() => {});
        return hits.count();
      })
      .toBe(2);
    expect(await hits.first().locator('mark').textContent()).toBe('needle');
    await ada.getByLabel('Search everything').fill('needle from:me in:haystack');
    await expect.poll(() => hits.count()).toBe(1);
    expect(await ada.getByTestId('search-filter').allTextContents()).toEqual(['From me', 'In haystack']);
    await ada.getByLabel('Search everything').press('Tab');
    while (!(await hits.first().evaluate((hit) => hit === document.activeElement)))
      await ada.keyboard.press('Tab');
    await ada.keyboard.press('Enter');
    await expect.poll(() => ada.url()).toContain(`/c/${conversationId}`);
    await ada.getByTestId('message').filter({ hasText: 'a needle of mine' }).waitFor();

    await ada.getByRole('link', { name: 'Search in this conversation' }).click();
    await ada.getByLabel('Search everything').fill('needle');
    await expect.poll(() => hits.count()).toBe(2);
    await ada.getByRole('button', { name: 'Take away: In Haystack' }).click();
    await expect.poll(() => ada.url()).not.toContain('in=');
  });

  test('finds public groups, and joins them', async () => {
    const { id: conversationId } = await graceClient.conversations.create({
      participantIds: [await parley.account('erna')],
      title: 'Open telescope club',
    });
    await graceClient.conversations.update({ conversationId, isPublic: true });
    await ada.goto('/find?q=telescope');
    await ada.getByRole('button', { name: 'Join Open telescope club' }).click();
    await expect.poll(() => ada.getByTestId('conversation-title').textContent()).toBe('Open telescope club');
    const { members } = await graceClient.conversations.members({ conversationId });
    expect(members.map(({ userId }) => userId)).toContain(adaId);
    expect(members.map(({ userId }) => userId)).toContain(graceId);
  });
});

interface Watched {
  changedRows: Set<string>;
}

/** In the page: notes in which rows of the list anything changes, but for where they stand. */
function watchRows(row: Element): void {
  const changedRows = new Set<string>();
  Object.assign(window, { changedRows });
  const observer = new MutationObserver((records) => {
    for (const { target } of records) {
      const element = target instanceof Element ? target : target.parentElement;
      const changed = element?.closest<HTMLElement>('li[data-conversation-id]');
      if (changed != null) changedRows.add(changed.dataset['conversationId'] ?? '');
    }
  });
  const list = row.closest('ul');
  if (list !== null)
    observer.observe(list, { subtree: true, childList: true, attributes: true, characterData: true });
}
