import { newId } from '@parley/contract';
import { randomBytes } from 'node:crypto';
import { Passwords } from '../../auth/passwords.ts';
import type { Log } from '../../log.ts';
import { type Database, openDatabase } from '../database.ts';
import {
  appendMessages,
  insertGroups,
  insertPeople,
  peopleOf,
  readHalf,
  type SeedMember,
} from './queries.ts';

/** How much is made. Conversations are groups of two to six; messages are spread evenly over them. */
export interface SeedSize {
  readonly users: number;
  readonly conversations: number;
  readonly messages: number;
}

const peoplePerStatement = 10_000;
const groupsPerStatement = 2_000;
const messagesPerStatement = 20_000;
const groupSizes = [2, 3, 4, 5, 6];

/**
 * Fills a migrated database for tests of size. Every statement leaves the data whole, so it may be interrupted.
 * @param onMessages called with how many messages there are now
 * @returns the name that usernames begin with
 */
export async function seedMany(
  connectionString: string,
  log: Log,
  { users, conversations, messages }: SeedSize,
  password: string,
  onMessages: (done: number) => void,
): Promise<string> {
  // Statements of this size may take longer than those that people wait for.
  const db = openDatabase(connectionString, 1, log, { purpose: 'migrating' });
  const tag = `seed_${randomBytes(3).toString('hex')}`;
  try {
    await using passwords = new Passwords();
    const passwordHash = await passwords.hash(password);
    for (let from = 1; from <= users; from += peoplePerStatement) {
      await insertPeople(db, tag, from, Math.min(users, from + peoplePerStatement - 1), passwordHash);
    }
    const groups = await makeGroups(db, await peopleOf(db, tag), conversations);
    await fill(db, groups, messages, onMessages);
  } finally {
    await db.destroy();
  }
  return tag;
}

/** Gives each group the next people in turn. */
async function makeGroups(db: Database, people: readonly string[], count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  const inboxSeqs = new Map<string, number>();
  let next = 0;
  for (let from = 0; from < count; from += groupsPerStatement) {
    const members: SeedMember[] = [];
    for (const [at, conversation] of ids.slice(from, from + groupsPerStatement).entries()) {
      const size = Math.min(people.length, groupSizes[at % groupSizes.length] ?? 2);
      const chosen = Array.from({ length: size }, (_, n) => people[(next + n) % people.length] ?? '');
      next += size;
      for (const [index, user] of chosen.toSorted().entries()) {
        const inboxSeq = (inboxSeqs.get(user) ?? 0) + 1;
        inboxSeqs.set(user, inboxSeq);
        members.push({ conversation, user, place: index + 1, inboxSeq });
      }
    }
    await insertGroups(db, members);
  }
  return ids;
}

async function fill(
  db: Database,
  groups: readonly string[],
  messages: number,
  onMessages: (done: number) => void,
): Promise<void> {
  let done = 0;
  const each = Math.floor(messages / groups.length);
  const withOneMore = messages % groups.length;
  for (const [total, ids] of [
    [each + 1, groups.slice(0, withOneMore)],
    [each, groups.slice(withOneMore)],
  ] as const) {
    const together = Math.max(1, Math.floor(messagesPerStatement / Math.max(1, total)));
    for (let from = 0; from < ids.length && total > 0; from += together) {
      const some = ids.slice(from, from + together);
      for (let stored = 0; stored < total; stored += messagesPerStatement) {
        const count = Math.min(messagesPerStatement, total - stored);
        await appendMessages(db, some, count, total);
        onMessages((done += count * some.length));
      }
      await readHalf(db, some);
    }
  }
}
