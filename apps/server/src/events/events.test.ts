import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { goodOrigin, type RunningServer, startTestServer } from '../testing/running-server.ts';

interface ServerSentEvent {
  readonly id?: string;
  readonly name: string;
  readonly data: { readonly [field: string]: unknown } & readonly Record<string, unknown>[];
}

let server: RunningServer;
let ada: { userId: string; sessionId: string; accessToken: string };
let grace: { userId: string; sessionId: string; accessToken: string };
let conversationId: string;

beforeAll(async () => {
  server = await startTestServer();
  ada = await server.parley.person('ada');
});
afterAll(() => server[Symbol.asyncDispose]());
let people = 0;
beforeEach(async () => {
  people += 1;
  grace = await server.parley.person(`grace-${people}`);
  const input = { participantIds: [grace.userId], title: 'Room' };
  conversationId = (await server.http(ada.accessToken).conversations.create.mutate(input)).id;
});

const say = (content: string) =>
  server.http(ada.accessToken).messages.send.mutate({ conversationId, content });

function ask(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  return fetch(server.url + path, {
    headers: { authorization: `Bearer ${grace.accessToken}`, ...headers },
    signal: stop.signal,
  });
}

/** Reads events as they come. */
class Reader implements AsyncDisposable {
  readonly response: Response;
  readonly #chunks: AsyncIterator<string>;
  #text = '';

  constructor(response: Response) {
    if (response.status !== 200) throw new Error(`there are no events, but ${response.status}`);
    this.response = response;
    this.#chunks = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).values();
  }

  /** The next event; null at the end. */
  async next(): Promise<ServerSentEvent | null> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end === -1) {
        const { value, done } = await this.#chunks.next();
        if (done === true) return null;
        this.#text += value;
        continue;
      }
      const block = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      const field = (name: string) =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2);
      const [id, name, data] = [field('id'), field('event'), field('data')];
      if (name === undefined || data === undefined) continue;
      return { name, data: JSON.parse(data), ...(id === undefined ? {} : { id }) };
    }
  }

  async until(wished: (event: ServerSentEvent) => boolean): Promise<ServerSentEvent> {
    for (;;) {
      const event = await this.next();
      if (event === null) throw new Error('the stream ended');
      if (wished(event)) return event;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chunks.return?.();
  }
}

const open = async (path: string, headers?: Readonly<Record<string, string>>) =>
  new Reader(await ask(path, headers));
const room = () => `/conversations/${conversationId}/events`;
const contents = ({ data }: ServerSentEvent) => JSON.stringify(data);

test('all that concerns a person comes as it does over WebSocket, and begins with where everything stands', async () => {
  await using reader = await open('/events');
  const { headers } = reader.response;
  expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(headers.get('cache-control')).toContain('no-store');
  const first = await reader.next();
  expect(first).toMatchObject({ name: 'events', data: [{ type: 'ready', more: false }] });
  await say('hello');
  const second = await reader.next();
  expect(second).toMatchObject({ name: 'events', data: [{ type: 'frame' }] });
  expect(second?.id).toBeUndefined();
  const other = await server
    .http(ada.accessToken)
    .conversations.create.mutate({ participantIds: [grace.userId], title: 'Other' });
  const gained = await reader.until((event) => contents(event).includes('"gained"'));
  expect(gained.data).toMatchObject([{ type: 'gained', head: { conversationId: other.id } }]);
});

test('one conversation resumes from the id of the last event: nothing is missing, nothing comes twice', async () => {
  const reader = await open(room());
  const ready = await reader.next();
  expect(ready).toMatchObject({ name: 'ready' });
  await say('one');
  const one = await reader.until((event) => contents(event).includes('"one"'));
  expect(one).toMatchObject({ name: 'changes', data: { type: 'changes' } });
  await reader[Symbol.asyncDispose]();
  await say('two');
  await say('three');
  await using resumed = await open(room(), { 'last-event-id': one.id ?? '' });
  expect(await resumed.next()).toMatchObject({ name: 'ready', id: one.id });
  const rest = await resumed.next();
  expect(contents(rest ?? one)).toMatch(/"two".*"three"/);
  expect(contents(rest ?? one)).not.toContain('"one"');
});

test('what is wrong is told before anything is sent', async () => {
  const stranger = await server.parley.person(`stranger-${people}`);
  const told = async (path: string, headers: Readonly<Record<string, string>>): Promise<unknown> =>
    (await ask(path, headers)).json();
  const wrong = (status: number, code: string) => expect.objectContaining({ status, code });
  const { accessToken } = stranger;
  expect(await told('/events', { authorization: '' })).toEqual(wrong(401, 'UNAUTHENTICATED'));
  expect(await told(room(), { authorization: `Bearer ${accessToken}` })).toEqual(wrong(404, 'NOT_MEMBER'));
  expect(await told(room(), { 'last-event-id': 'nonsense' })).toEqual(wrong(400, 'INVALID_INPUT'));
  expect(await told('/conversations/nonsense/events', {})).toEqual(wrong(400, 'INVALID_INPUT'));
  expect(await told('/events', { origin: 'http://evil.test' })).toEqual(wrong(403, 'FORBIDDEN'));
  const allowed = await ask('/events', { origin: goodOrigin });
  expect(allowed.headers.get('access-control-allow-origin')).toBe(goodOrigin);
  const post = await fetch(`${server.url}/events`, { method: 'POST' });
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, OPTIONS']);
});

test('a member who is removed is told so, and a session that ends takes its streams with it', async () => {
  await using watched = await open(room());
  await using all = await open('/events');
  await watched.next();
  await all.next();
  await server
    .http(ada.accessToken)
    .conversations.removeMember.mutate({ conversationId, userId: grace.userId });
  expect(await watched.until(({ name }) => name === 'error')).toMatchObject({ data: { code: 'NOT_MEMBER' } });
  expect(await watched.next()).toBeNull();
  await server.http(grace.accessToken).auth.logout.mutate();
  expect(await all.until(({ name }) => name === 'error')).toMatchObject({
    data: { code: 'UNAUTHENTICATED' },
  });
  expect(await all.next()).toBeNull();
});

test('readers that leave, at any moment, leave nothing behind', async () => {
  const feeds = () => server.engine.status().feeds;
  await expect.poll(feeds).toEqual({ conversations: 0, users: 0 });
  for (let n = 0; n < 60; n += 1) {
    const stop = new AbortController();
    const headers = { authorization: `Bearer ${grace.accessToken}` };
    const path = n % 2 === 0 ? room() : '/events';
    const asked = fetch(server.url + path, { headers, signal: stop.signal }).catch(() => null);
    if (n % 3 === 0) await asked;
    else await new Promise((resolve) => setTimeout(resolve, n % 10));
    stop.abort();
  }
  await expect.poll(feeds, { timeout: 5_000 }).toEqual({ conversations: 0, users: 0 });
});

test('a reader that stops reading is cut, and resumes', async () => {
  const response = await ask(room());
  const reader = new Reader(response);
  const ready = await reader.next();
  const feeds = () => server.engine.status().feeds.conversations;
  expect(feeds()).toBe(1);
  let said = 0;
  while (feeds() > 0) {
    expect(said).toBeLessThan(2_000);
    await say('😀'.repeat(10_000));
    said += 1;
  }
  await using resumed = await open(room(), { 'last-event-id': ready?.id ?? '' });
  let rows = 0;
  while (rows < said) {
    const event = await resumed.next();
    if (event?.name === 'changes') rows += JSON.stringify(event.data).split('"type":"message"').length - 1;
  }
  expect(rows).toBe(said);
  await reader[Symbol.asyncDispose]();
}, 60_000);
