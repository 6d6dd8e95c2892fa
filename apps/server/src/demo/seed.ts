import { ParleyError, type Viewer } from '@parley/contract';
import type { Engine } from '@parley/engine';
import {
  type DemoConversation,
  demoConversations,
  demoPassword,
  demoPeople,
  type DemoPerson,
} from './script.ts';

type Viewers = Readonly<Record<DemoPerson, Viewer>>;

const client = { address: '127.0.0.1', device: 'Parley demo' };

/**
 * Makes the demo people and what they said. Whatever is there already stays as it is, so that a run that was
 * interrupted is completed by the next.
 */
export async function seedDemo(engine: Engine): Promise<void> {
  const [ada, grace, alan, margaret] = await Promise.all([
    signIn(engine, 'ada'),
    signIn(engine, 'grace'),
    signIn(engine, 'alan'),
    signIn(engine, 'margaret'),
  ]);
  const viewers = { ada, grace, alan, margaret };
  for (const [at, conversation] of demoConversations.entries()) {
    await hold(engine, viewers, conversation, at + 1);
  }
  await Promise.all(Object.values(viewers).map((viewer) => engine.services.auth.logout(viewer)));
}

async function signIn(engine: Engine, username: DemoPerson): Promise<Viewer> {
  const { auth } = engine.services;
  const email = `${username}@example.com`;
  const account = { username, email, password: demoPassword, displayName: demoPeople[username] };
  const made = await auth.register(client, account).catch((error: unknown) => {
    if (!isTaken(error)) throw error;
    return auth.login(client, { email, password: demoPassword });
  });
  if (!('accessToken' in made))
    throw new Error('unable to make the demo; e-mail addresses have to be verified');
  const { accessToken } = made;
  const { userId, sessionId } = await engine.authenticate(accessToken);
  return { userId, sessionId };
}

function isTaken(error: unknown): boolean {
  return error instanceof ParleyError && (error.code === 'USERNAME_TAKEN' || error.code === 'EMAIL_TAKEN');
}

async function hold(engine: Engine, viewers: Viewers, said: DemoConversation, number: number): Promise<void> {
  const { conversations, messages } = engine.services;
  const { title, people } = said;
  const [maker, ...others] = people;
  const viewer = viewers[maker];
  const { conversations: known } = await conversations.list(viewer, { limit: 50 });
  const existing = title === null ? undefined : known.find((conversation) => conversation.title === title);
  const participantIds = others.map((person) => viewers[person].userId);
  const { id: conversationId } =
    existing ??
    (await conversations.create(viewer, { participantIds, ...(title === null ? {} : { title }) }));
  for (const [at, [person, content]] of said.lines.entries()) {
    await messages.send(viewers[person], { conversationId, content, id: messageId(number, at + 1) });
  }
}

/** The same on every run, so that a line is said once. */
function messageId(conversation: number, line: number): string {
  const digits = (value: number, count: number): string => String(value).padStart(count, '0');
  return `00000000-0000-7000-8000-${digits(conversation, 6)}${digits(line, 6)}`;
}
