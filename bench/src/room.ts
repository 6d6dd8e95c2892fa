import { stamped } from './listener.ts';

/** Of everybody. */
export const password = 'a password for measuring';

/** A conversation of two people: one speaks, many listen as the other. */
export interface Room {
  readonly conversationId: string;
  readonly listenerToken: string;
  /** Sends a message that says when it was sent. Returns how long the answer took, in milliseconds. */
  readonly say: (characters: number) => Promise<number>;
  /** Has whoever listens have read all there is. */
  readonly read: () => Promise<void>;
}

/** @param url of the server to speak through */
export async function openRoom(url: string): Promise<Room> {
  const [speaker, listener] = await Promise.all(['speaker', 'listener'].map((name) => register(url, name)));
  if (speaker === undefined || listener === undefined) throw new Error('there are two people');
  const input = { participantIds: [listener.userId] };
  const conversationId = textAt(await call('POST', `${url}/conversations`, speaker.accessToken, input), 'id');
  return {
    conversationId,
    listenerToken: listener.accessToken,
    async say(characters) {
      const from = performance.now();
      const message = { conversationId, content: stamped(characters) };
      await call('POST', `${url}/messages`, speaker.accessToken, message);
      return performance.now() - from;
    },
    async read() {
      await call('PUT', `${url}/messages/mark-as-read`, listener.accessToken, { conversationId });
    },
  };
}

interface Account {
  readonly userId: string;
  readonly accessToken: string;
}

async function register(url: string, username: string): Promise<Account> {
  const account = { username, email: `${username}@example.com`, password };
  const answer = await call('POST', `${url}/auth/register`, null, account);
  return { userId: textAt(answer, 'user', 'id'), accessToken: textAt(answer, 'accessToken') };
}

async function call(
  method: 'POST' | 'PUT',
  url: string,
  token: string | null,
  body: object,
): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  if (!response.ok) throw new Error(`unable to call; ${response.status} ${await response.text()}`);
  return response.json();
}

/** The text at a path of an answer. */
function textAt(answer: unknown, ...path: readonly string[]): string {
  const found = path.reduce<unknown>((value, name) => {
    if (typeof value !== 'object' || value === null) return undefined;
    return Object.entries(value).find(([key]) => key === name)?.[1];
  }, answer);
  if (typeof found !== 'string') throw new Error(`an answer has no ${path.join('.')}`);
  return found;
}
