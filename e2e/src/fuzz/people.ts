import { RestCaller } from '../rest/rest-caller.ts';
import type { Known } from './attacks.ts';
import type { Pair } from './bystander.ts';

const password = 'a password for fuzzing';

/** Those whose calls are mutated, and apart from them two who go on talking. */
export async function makePeople(url: string): Promise<{ readonly known: Known; readonly pair: Pair }> {
  const [mallory, trent, ada, grace] = await Promise.all(
    ['mallory', 'trent', 'ada', 'grace'].map((name) => register(url, name)),
  );
  if (mallory === undefined || trent === undefined || ada === undefined || grace === undefined)
    throw new Error('there is nobody');
  const room = await created(mallory.rest, '/conversations', { participantIds: [trent.id], title: 'Fuzz' });
  const message = await created(mallory.rest, '/messages', { conversationId: room, content: 'x' });
  const own = await created(ada.rest, '/conversations', { participantIds: [grace.id], title: 'Apart' });
  return {
    known: { token: mallory.token, room, message, person: trent.id },
    pair: { room: own, tokens: [ada.token, grace.token] },
  };
}

async function register(
  url: string,
  username: string,
): Promise<{ rest: RestCaller; token: string; id: string }> {
  const rest = new RestCaller(url);
  const account = { email: `${username}@example.com`, username, password };
  const { accessToken, user } = await rest.expectStatus(201, 'POST', '/auth/register', account);
  rest.token = String(accessToken);
  return { rest, token: String(accessToken), id: String(user.id) };
}

async function created(rest: RestCaller, path: string, body: object): Promise<string> {
  const { id } = await rest.expectStatus(201, 'POST', path, body);
  return String(id);
}
