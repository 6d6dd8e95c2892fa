import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { memoryPersistence, type Persistence } from '../persistence/persistence.ts';
import type { SyncInput } from '../sync/state.ts';
import { TestClient } from '../sync/testing/client.ts';
import { model, ModelConversation } from '../sync/testing/model-conversation.ts';
import { keepCache } from './cache.ts';

const conversationId = model.id;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The sync beside a model of the server, followed by a cache. */
class FollowedClient extends TestClient {
  #onChange = () => {};
  getSnapshot = () => this.state;
  follow(onChange: () => void): void {
    this.#onChange = onChange;
  }
  override step(input: SyncInput): void {
    super.step(input);
    this.#onChange();
  }
}

/** A persistence in memory that tells which keys were written, and which deleted. */
function watched(): { persistence: Persistence; written: string[]; deleted: string[] } {
  const memory = memoryPersistence();
  const [written, deleted]: [string[], string[]] = [[], []];
  const persistence: Persistence = {
    ...memory,
    set: (key, value) => {
      written.push(key);
      return memory.set(key, value);
    },
    delete: (key) => {
      deleted.push(key);
      return memory.delete(key);
    },
  };
  return { persistence, written, deleted };
}

/** An app that is opened: somebody looks at the conversation, and what was kept has been read. */
async function opened(server: ModelConversation, persistence: Persistence, maySave = () => true) {
  const client = new FollowedClient(server);
  const end = keepCache({ sync: client, persistence, maySave });
  client.step({ type: 'open', conversationId });
  await vi.advanceTimersByTimeAsync(0);
  return { client, end };
}

/** The same, connected, with three messages shown and kept. */
async function kept(persistence: Persistence, maySave = () => true) {
  const server = new ModelConversation();
  for (let sent = 0; sent < 3; sent += 1) server.change('theirs');
  const app = await opened(server, persistence, maySave);
  app.client.connect();
  app.client.settle();
  await vi.advanceTimersByTimeAsync(1_000);
  return { server, ...app };
}

describe('a cache', () => {
  test('shows what was kept when the app is opened again, and goes on from there once there is a server', async () => {
    const persistence = memoryPersistence();
    const { server, end } = await kept(persistence);
    end(false);
    const shown = [...server.messages];
    server.change('theirs');
    server.change('edit');
    const { client } = await opened(server, persistence);
    expect(client.messages).toEqual(shown);
    expect(client.conversation?.unread).toBe(3);
    expect(client.state.cached).toBe(true);
    expect(client.asked).toEqual([]);
    client.connect();
    expect(client.asked.map(({ type }) => type)).toEqual(['fetch-list', 'fetch-changes']);
    client.settle();
    expect(client.messages).toEqual(server.messages);
    expect(client.conversation).toEqual(server.get());
  });

  test('writes what changed, a second after it did, and nothing when nothing did', async () => {
    const { persistence, written } = watched();
    const { server, client } = await kept(persistence);
    const other = { ...server.get(), id: '00000000-0000-4000-8000-000000000002' };
    client.step({ type: 'made', conversation: other });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(written).toEqual([conversationId, other.id]);
    client.inbox(server.change('theirs'));
    await vi.advanceTimersByTimeAsync(999);
    expect(written).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(written).toEqual([conversationId, other.id, conversationId]);
    client.step({ type: 'stopped' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(written).toHaveLength(3);
  });

  test('writes nothing when a reconnect brings nothing new, also after a reload', async () => {
    const { persistence, written } = watched();
    const { server, client, end } = await kept(persistence);
    client.connect();
    client.settle();
    await vi.advanceTimersByTimeAsync(1_000);
    end(false);
    const again = await opened(server, persistence);
    again.client.connect();
    again.client.settle();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(written).toEqual([conversationId]);
  });

  test('saves once a second however fast changes come', async () => {
    const { persistence, written } = watched();
    const { server, client } = await kept(persistence);
    for (let turn = 0; turn < 50; turn += 1) {
      client.inbox(server.change('theirs'));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(written).toHaveLength(1 + 5);
  });

  test('forgets a conversation that is lost', async () => {
    const { persistence, deleted } = watched();
    const { client, end } = await kept(persistence);
    client.inbox({ type: 'lost', epoch: model.epoch, conversationId });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(deleted).toEqual([conversationId]);
    expect(await persistence.entries('')).toEqual([]);
    end(false);
  });

  test('deletes what another version wrote, or makes no sense', async () => {
    const persistence = memoryPersistence();
    const { server, end } = await kept(persistence);
    end(false);
    const [[, record] = []] = await persistence.entries('');
    await persistence.set(conversationId, { ...Object(record), version: 0 });
    for (const [key, value] of [['a', null] as const, ['b', 'text'] as const, ['c', record] as const]) {
      await persistence.set(key, value);
    }
    const { client } = await opened(server, persistence);
    expect(client.state.entries).toBeNull();
    client.connect();
    client.settle();
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await persistence.entries('')).map(([key]) => key)).toEqual([conversationId]);
  });

  test('does not take the place of what has been heard', async () => {
    const persistence = memoryPersistence();
    const { server, end } = await kept(persistence);
    end(false);
    const client = new FollowedClient(server);
    keepCache({ sync: client, persistence, maySave: () => true });
    client.inbox({ type: 'ready', epoch: model.epoch, heads: [], more: false });
    await vi.advanceTimersByTimeAsync(0);
    expect(client.state.entries?.size).toBe(0);
  });

  test('is wiped when the session ends, and what was about to be saved is not', async () => {
    const { persistence, written } = watched();
    const { server, client, end } = await kept(persistence);
    client.inbox(server.change('theirs'));
    end(true);
    client.inbox(server.change('theirs'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(written).toHaveLength(1);
    expect(await persistence.entries('')).toEqual([]);
  });

  test('is not shown to the next person when the session ends while it is read', async () => {
    const persistence = memoryPersistence();
    const { server, end } = await kept(persistence);
    end(false);
    const client = new FollowedClient(server);
    keepCache({ sync: client, persistence, maySave: () => true })(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(client.state.entries).toBeNull();
  });

  test('saves nothing for somebody who signed out in another tab', async () => {
    const { persistence, written } = watched();
    let signedIn = true;
    const { server, client } = await kept(persistence, () => signedIn);
    signedIn = false;
    client.inbox(server.change('theirs'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(written).toHaveLength(1);
  });

  test('writes nothing once it is closed, keeps what is kept, and leaves no timer', async () => {
    const { persistence, written } = watched();
    const { server, client, end } = await kept(persistence);
    client.inbox(server.change('theirs'));
    end(false);
    expect(vi.getTimerCount()).toBe(0);
    client.inbox(server.change('theirs'));
    expect(vi.getTimerCount()).toBe(0);
    expect(written).toHaveLength(1);
    expect(await persistence.entries('')).toHaveLength(1);
  });

  test('does without where nothing can be kept', async () => {
    const refuse = () => Promise.reject(new Error('the disk is full'));
    const full = { shared: false, set: refuse, delete: refuse, entries: refuse, deleteAll: refuse };
    const { server, client, end } = await kept(full);
    expect(client.messages).toEqual(server.messages);
    end(true);
  });
});
