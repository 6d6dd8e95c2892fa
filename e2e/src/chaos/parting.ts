import type { Person } from './device.ts';
import type { Stage } from './stage.ts';
import type { Truth } from './truth.ts';

/**
 * Says something in every conversation while no client can hear it, and nothing afterwards: whoever comes back has to
 * find out for themselves. Returns how much was said.
 */
export async function sayWhileAllAreAway(
  stage: Stage,
  people: readonly Person[],
  truth: Truth,
): Promise<number> {
  const [site] = stage.sites;
  if (site === undefined) return 0;
  const { url } = site.process;
  const tokens = new Map<string, Promise<string>>();
  let said = 0;
  for (const { clients } of stage.sites) clients.blackhole(true);
  try {
    for (const [conversationId, { closed, members }] of truth.conversations) {
      const speaker = people.find(({ userId }) => members.has(userId));
      if (speaker === undefined || closed) continue;
      const token = tokens.get(speaker.userId) ?? signIn(url, speaker);
      tokens.set(speaker.userId, token);
      await post(`${url}/messages`, { conversationId, content: 'said while all were away' }, await token);
      said += 1;
    }
  } finally {
    // What waits in the connections there are must not reach anybody.
    for (const { clients } of stage.sites) {
      clients.reset();
      clients.blackhole(false);
    }
  }
  return said;
}

async function signIn(url: string, { username, password }: Person): Promise<string> {
  const { accessToken } = await post(`${url}/auth/login`, { email: username, password });
  return accessToken;
}

async function post(url: string, body: object, token?: string) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  if (!response.ok) throw new Error(`unable to post; ${response.status} ${await response.text()}`);
  return response.json();
}
