import { createEngine, memoryBus, migrate } from '@parley/engine';
import { seedMany } from '@parley/engine/operations';
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { demoPassword, demoPeople } from '../demo/script.ts';
import { seedDemo } from '../demo/seed.ts';
import { Progress } from './progress.ts';
import type { Target } from './target.ts';

const defaults = { users: 1_000, conversations: 1_000 };

/**
 * The demo people, or as many people, conversations and messages as are asked for. Whoever is made has a password that
 * everybody knows, so never in production.
 */
export async function seed(target: Target, args: readonly string[]): Promise<string> {
  const { values } = parseArgs({
    args: [...args],
    options: { users: { type: 'string' }, conversations: { type: 'string' }, messages: { type: 'string' } },
  });
  if (target.config.production) {
    throw new Error(
      'unable to seed the database; everybody knows the password of those it makes: not in production',
    );
  }
  await migrate(target.connectionString, target.log);
  return Object.keys(values).length === 0 ? seedSmall(target) : seedLarge(target, values);
}

async function seedSmall(target: Target): Promise<string> {
  const { connectionString, log, config, name } = target;
  await using bus = memoryBus();
  await using engine = await createEngine({
    bus,
    log,
    database: { connectionString },
    tokens: {
      secret: randomBytes(32).toString('hex'),
      accessSeconds: config.accessSeconds,
      refreshSeconds: config.refreshSeconds,
    },
  });
  await seedDemo(engine);
  const people = Object.keys(demoPeople).join(', ');
  return `made the demo people in ${name}: ${people}; their password is ${demoPassword}`;
}

async function seedLarge(
  target: Target,
  asked: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const size = {
    users: whole('users', asked['users'], 2) ?? defaults.users,
    conversations: whole('conversations', asked['conversations'], 1) ?? defaults.conversations,
    messages: whole('messages', asked['messages'], 0) ?? 0,
  };
  const progress = new Progress(size.messages);
  const tag = await seedMany(target.connectionString, target.log, size, demoPassword, (done) =>
    progress.show(done),
  );
  const { users, conversations, messages } = size;
  return (
    `${progress.end()}made ${users} people (${tag}_1 to ${tag}_${users}, with the password ${demoPassword}), ` +
    `${conversations} conversations and ${messages} messages in ${target.name}`
  );
}

function whole(name: string, text: string | undefined, min: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= min) return value;
  throw new Error(`unable to seed the database; --${name} must be a whole number of at least ${min}`);
}
