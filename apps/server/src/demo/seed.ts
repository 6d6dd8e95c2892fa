import { ParleyError, type Viewer } from '@parley/contract';
import type { Engine } from '@parley/engine';
import {
  type DemoConversation,
  demoConversations,
  type DemoLine,
  demoPassword,
  demoPeople,
  type DemoPerson,
} from './script.ts';

type Viewers = ReadonlyMap<DemoPerson, Viewer>;

const client = { address: '127.0.0.1', device: 'Parley demo' };

/**
 * Makes the demo people and what they said. Whatever is there already stays as it is, so that a run that was
 * interrupted is completed by the next.
 */
export async function seedDemo(engine: Engine): Promise<void> {
  const viewers = await signInAll(engine);
  for (const [at, conversation] of demoConversations.entries()) {
    await new DemoRoom(engine, viewers, conversation, at + 1).hold();
  }
  await Promise.all([...viewers.values()].map((viewer) => engine.services.auth.logout(viewer)));
}

async function signInAll(engine: Engine): Promise<Viewers> {
  const names = Object.keys(demoPeople).filter(isDemoPerson);
  return new Map(await Promise.all(names.map(async (name) => [name, await signIn(engine, name)] as const)));
}

function isDemoPerson(name: string): name is DemoPerson {
  return Object.hasOwn(demoPeople, name);
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

/** One conversation of the demo, as it is held. */
class DemoRoom {
  readonly #engine: Engine;
  readonly #viewers: Viewers;
  readonly #said: DemoConversation;
  readonly #number: number;

  constructor(engine: Engine, viewers: Viewers, said: DemoConversation, number: number) {
    this.#engine = engine;
    this.#viewers = viewers;
    this.#said = said;
    this.#number = number;
  }

  async hold(): Promise<void> {
    const conversationId = await this.#make();
    for (const [at, line] of this.#said.lines.entries()) await this.#say(conversationId, line, at + 1);
    const { messages, drafts, settings } = this.#engine.services;
    const others = this.#said.people.filter((person) => person !== 'ada');
    await Promise.all(others.map((other) => messages.markRead(this.#viewer(other), { conversationId })));
    await this.#readAsAda(conversationId);
    const { draft, settings: chosen } = this.#said;
    if (draft !== undefined) await drafts.set(this.#viewer('ada'), { conversationId, text: draft });
    if (chosen !== undefined) await settings.set(this.#viewer('ada'), { conversationId, ...chosen });
  }

  /** Whoever writes something has read what stands before it. */
  async #readAsAda(conversationId: string): Promise<void> {
    const last = this.#said.lines.findLastIndex(([by, , extras]) => by === 'ada' && !extras?.inThreadOf);
    if (last === -1) return;
    const messageIds = [this.#messageId(last + 1)];
    await this.#engine.services.messages.markRead(this.#viewer('ada'), { conversationId, messageIds });
  }

  async #make(): Promise<string> {
    const { conversations } = this.#engine.services;
    const { title, people } = this.#said;
    const [maker, ...others] = people;
    const { conversations: known } = await conversations.list(this.#viewer(maker), { limit: 50 });
    const existing = title === null ? undefined : known.find((conversation) => conversation.title === title);
    const participantIds = others.map((person) => this.#viewer(person).userId);
    const { id } =
      existing ??
      (await conversations.create(this.#viewer(maker), {
        participantIds,
        ...(title === null ? {} : { title }),
      }));
    return id;
  }

  async #say(conversationId: string, [by, content, extras = {}]: DemoLine, line: number): Promise<void> {
    const { messages, reactions, pins } = this.#engine.services;
    const { answers, inThreadOf, mentions, reactions: reacted = {}, pinned } = extras;
    const messageId = this.#messageId(line);
    await messages.send(this.#viewer(by), {
      conversationId,
      content,
      id: messageId,
      ...(answers !== undefined && { replyTo: this.#messageId(answers) }),
      ...(inThreadOf !== undefined && { thread: this.#messageId(inThreadOf) }),
      ...(mentions !== undefined && { mentions: mentions.map((person) => this.#viewer(person).userId) }),
    });
    const message = { conversationId, messageId };
    for (const [emoji, people] of Object.entries(reacted)) {
      for (const person of people) await reactions.add(this.#viewer(person), { ...message, emoji });
    }
    if (pinned) await pins.add(this.#viewer(this.#said.people[0]), message);
  }

  /** The same on every run, so that a line is said once. */
  #messageId(line: number): string {
    const digits = (value: number): string => String(value).padStart(6, '0');
    return `00000000-0000-7000-8000-${digits(this.#number)}${digits(line)}`;
  }

  #viewer(person: DemoPerson): Viewer {
    const viewer = this.#viewers.get(person);
    if (viewer === undefined) throw new Error(`unable to make the demo; ${person} is not there`);
    return viewer;
  }
}
