import { newId, ParleyError } from '@parley/contract';
import { expect, onTestFinished, test, vi } from 'vitest';
import { memoryPersistence, type Persistence } from '../persistence/persistence.ts';
import { Outbox } from './outbox.ts';
import { stored } from './testing/by-hand.ts';
import { Writer } from './writer.ts';

const waitMs = { timeout: 5_000, interval: 5 };

/** Tabs of one browser: real locks, real channels, and one place where all of them keep things. */
function browser() {
  const name = newId();
  const kept: Persistence = { ...memoryPersistence(), shared: true };
  const sent: string[] = [];
  async function tab(
    title: string,
    changed: Partial<Persistence & { deaf: boolean; outdated: boolean }> = {},
  ) {
    const { deaf = false, outdated = false, ...other } = changed;
    const outbox = new Outbox({
      send: (message) => {
        sent.push(`${title}: ${message.content}`);
        if (outdated)
          return Promise.reject(new ParleyError('OUTDATED', 'unable to go on; load the page again'));
        return deaf ? new Promise<never>(() => {}) : Promise.resolve(stored(message));
      },
      onStored: () => {},
    });
    onTestFinished(() => outbox.close());
    let reads = 0;
    const entries = async (prefix: string) => {
      const all = await kept.entries(prefix);
      reads += 1;
      return all;
    };
    outbox.begin({ persistence: { ...kept, entries, ...other }, name });
    await vi.waitFor(() => expect(reads).toBeGreaterThan(0), waitMs);
    return outbox;
  }
  return { tab, sent, name };
}

test('one tab sends for all, and everyone hears of it', async () => {
  const { tab, sent } = browser();
  const [first, second] = [await tab('first'), await tab('second')];
  await expect(second.send({ conversationId: 'room', content: 'a' })).resolves.toMatchObject({
    content: 'a',
  });
  await expect(first.send({ conversationId: 'room', content: 'b' })).resolves.toMatchObject({ content: 'b' });
  expect(sent).toEqual(['first: a', 'first: b']);
  await vi.waitFor(() => expect([first.getSnapshot(), second.getSnapshot()]).toEqual([[], []]), waitMs);
});

test('another tab takes over in the middle, with the same ids and in order', async () => {
  const { tab, sent } = browser();
  const [first, second] = [await tab('first', { deaf: true }), await tab('second')];
  void first.send({ conversationId: 'room', content: 'a' }).catch(() => {});
  await vi.waitFor(() => expect(second.getSnapshot().length).toBe(1), waitMs);
  const [shown] = second.getSnapshot();
  const after = second.send({ conversationId: 'room', content: 'b' });
  await vi.waitFor(() => expect(first.getSnapshot().length).toBe(2), waitMs);
  expect(shown?.id).toBe(first.getSnapshot()[0]?.id);
  expect(sent).toEqual(['first: a']);
  first.close();
  await after;
  expect(sent).toEqual(['first: a', 'second: a', 'second: b']);
});

test('a tab that is too old to send leaves it to one that is not', async () => {
  const { tab, sent } = browser();
  const [first, second] = [await tab('first', { outdated: true }), await tab('second')];
  const [a, b] = ['a', 'b'].map((content) => first.send({ conversationId: 'room', content }));
  await expect(a).resolves.toMatchObject({ content: 'a' });
  await expect(b).resolves.toMatchObject({ content: 'b' });
  expect(sent).toEqual(['first: a', 'second: a', 'second: b']);
  await expect(second.send({ conversationId: 'room', content: 'c' })).resolves.toMatchObject({
    content: 'c',
  });
});

test('a tab that is closed while it keeps something is told of no fault', async () => {
  const { tab } = browser();
  const begun = Promise.withResolvers<void>();
  const kept = Promise.withResolvers<void>();
  const set = () => {
    begun.resolve();
    return kept.promise;
  };
  const closing = await tab('first', { set });
  const told = vi.spyOn(BroadcastChannel.prototype, 'postMessage');
  onTestFinished(() => told.mockRestore());
  const sent = closing.send({ conversationId: 'room', content: 'a' });
  await Promise.all([
    expect(sent).rejects.toMatchObject({ code: 'UNAVAILABLE' }),
    begun.promise.then(() => closing.close()),
  ]);
  kept.resolve();
  await new Promise((resolve) => setTimeout(resolve));
  expect(told.mock.results.filter(({ type }) => type === 'throw')).toEqual([]);
});

test('what a tab cannot keep it sends itself, as nobody else knows of it', async () => {
  const { tab, sent } = browser();
  await tab('first');
  const second = await tab('second', { set: () => Promise.reject(new Error('no space left')) });
  await expect(second.send({ conversationId: 'room', content: 'a' })).resolves.toMatchObject({
    content: 'a',
  });
  expect(sent).toEqual(['second: a']);
});

test('what is discarded in one tab is gone from all, and its sender is told', async () => {
  const { tab } = browser();
  const [first, second] = [await tab('first', { deaf: true }), await tab('second')];
  void first.send({ conversationId: 'room', content: 'a' }).catch(() => {});
  const unwanted = first.send({ conversationId: 'room', content: 'b' });
  await vi.waitFor(() => expect(second.getSnapshot().length).toBe(2), waitMs);
  second.discard(second.getSnapshot()[1]?.id ?? '');
  await expect(unwanted).rejects.toMatchObject({ code: 'CONFLICT' });
  await vi.waitFor(() => expect(first.getSnapshot().map(({ content }) => content)).toEqual(['a']), waitMs);
});

test('a tab whose browser refuses locks sends for itself', async () => {
  const { name } = browser();
  // As a browser does in a sandboxed frame.
  const request = vi.spyOn(navigator.locks, 'request').mockRejectedValue(new DOMException('refused'));
  onTestFinished(() => request.mockRestore());
  const { promise, resolve } = Promise.withResolvers<void>();
  const writer = new Writer(name, resolve);
  onTestFinished(() => writer.close());
  await promise;
  expect(writer.writing).toBe(true);
});
